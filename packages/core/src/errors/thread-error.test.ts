import { describe, expect, it } from 'vitest';
import { threadError } from './thread-error.ts';

describe('threadError', () => {
  it.each(['ERR_WORKER_INIT_FAILED', 'ERR_WORKER_OUT_OF_MEMORY'])('says what to look at after %s, which has no words', (code) => {
    const told = threadError(Object.assign(new Error(''), { code }));
    expect(told).toMatchObject({ code: 'E_STORE', message: expect.stringContaining(code), hint: expect.stringContaining('EMFILE') });
  });

  it('leaves others alone', () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT' });
    expect(threadError(error)).toBe(error);
    expect(threadError('text')).toBe('text');
  });
});
