import { describe, expect, it } from 'vitest';
import { noSpace } from './no-space.ts';

const shortage = { what: 'The download needs', path: '/models', hint: 'Free some space.' };

describe('noSpace', () => {
  it('speaks in the sizes of lists, and is exact for programs', () => {
    const details = { needed: 4_081_004_224, available: 812_000_123, path: '/models' };
    expect(noSpace({ ...shortage, ...details })).toMatchObject({
      code: 'E_NO_SPACE',
      message: 'The download needs 4.1 GB, and /models has 812 MB free.',
      hint: shortage.hint,
      details,
    });
  });

  it('says what is lacking where both sizes are rounded to one', () => {
    expect(noSpace({ ...shortage, needed: 4_081_004_224, available: 4_081_000_000 }).message).toBe(
      'The download needs 4.1 GB, and /models has 4.1 GB free, 4.2 kB too little.',
    );
  });
});
