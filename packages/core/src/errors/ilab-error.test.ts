import { describe, expect, it, vi } from 'vitest';
import { EXIT_CODES, type ErrorCode } from './codes.ts';
import { IlabError, isAbort, isIlabError } from './ilab-error.ts';

const codes = Object.keys(EXIT_CODES) as ErrorCode[];

describe('IlabError', () => {
  it('takes secrets and control characters out of message and hint', () => {
    const error = new IlabError('E_NETWORK', 'GET https://u:s3cret@quay.io/ failed\u001b[2J', { hint: 'Check hf_abcdefghijkl\n' });
    expect(error.message).toBe('GET https://***@quay.io/ failed?[2J');
    expect(error.hint).toBe('Check ***?');
    expect(String(error.stack)).not.toContain('s3cret');
  });

  it('keeps code, details, cause, side, and whether to try again', () => {
    const cause = new Error('ECONNRESET');
    const error = new IlabError('E_NETWORK', 'lost', { details: { host: 'quay.io' }, cause, side: 'source', retryable: true });
    expect(error).toMatchObject({ name: 'IlabError', code: 'E_NETWORK', exitCode: 7, details: { host: 'quay.io' }, side: 'source', retryable: true });
    expect(error.cause).toBe(cause);
  });

  it('says nothing it was not told', () => {
    const error = new IlabError('E_USAGE', 'no');
    expect(error).toMatchObject({ hint: undefined, details: undefined, side: undefined, retryable: false });
    expect('cause' in error).toBe(false);
  });

  it.each(codes)('%s has an exit code that no shell takes for success', (code) => {
    expect(new IlabError(code, '').exitCode).toBe(EXIT_CODES[code]);
    expect(EXIT_CODES[code]).toBeGreaterThan(0);
    expect(EXIT_CODES[code]).toBeLessThan(256);
  });
});

describe('isIlabError', () => {
  it('knows one of another copy of this package', async () => {
    vi.resetModules();
    const other = await import('./ilab-error.ts');
    const foreign = new other.IlabError('E_NETWORK', 'lost');
    expect(foreign).not.toBeInstanceOf(IlabError);
    expect(isIlabError(foreign)).toBe(true);
    expect(other.isIlabError(new IlabError('E_NETWORK', 'lost'))).toBe(true);
  });

  it.each([
    ['an Error that says the same', Object.assign(new Error('lost'), { name: 'IlabError', code: 'E_NETWORK' })],
    ['its JSON', JSON.parse(JSON.stringify(new IlabError('E_NETWORK', 'lost')))],
    ['the brand by name', { '@ilab/error': true }],
    ['null', null],
    ['undefined', undefined],
    ['text', 'E_NETWORK'],
  ])('is not taken in by %s', (_what, value) => {
    expect(isIlabError(value)).toBe(false);
  });

  it('does not show its brand where errors are printed as data', () => {
    expect(Object.getOwnPropertySymbols({ ...new IlabError('E_USAGE', 'no') })).toEqual([]);
  });
});

describe('isAbort', () => {
  it('knows what an aborted signal throws', async () => {
    const reason = AbortSignal.abort().reason;
    expect(isAbort(reason)).toBe(true);
    await expect(import('node:timers/promises').then(({ setTimeout }) => setTimeout(1000, undefined, { signal: AbortSignal.abort() }))).rejects.toSatisfy(
      isAbort,
    );
  });

  it.each([[new Error('AbortError')], [AbortSignal.abort('stop').reason], [{ name: 'AbortError' }], [undefined]])('is false of %s', (value) => {
    expect(isAbort(value)).toBe(false);
  });
});
