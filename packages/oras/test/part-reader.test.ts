import { describe, expect, it } from 'vitest';
import { contentOf } from '../src/index.ts';
import { createPartReader } from '../src/remote/upload/part-reader.ts';

const BYTES = Buffer.from('0123456789');

async function text(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(pieces)).toString();
}

describe('parts', () => {
  it('are read wherever they begin', async () => {
    const reader = createPartReader(contentOf(BYTES), 10);
    expect(await text(reader.read({ start: 0, end: 3 }))).toBe('012');
    expect(await text(reader.read({ start: 3, end: 7 }))).toBe('3456');
    expect(await text(reader.read({ start: 5, end: 10 }))).toBe('56789');
    expect(await text(reader.read({ start: 0, end: 10 }))).toBe('0123456789');
  });

  it('take nothing from the one after them that is waited for in vain', async () => {
    const opened: number[] = [];
    const late = Promise.withResolvers<void>();
    const content = {
      async *open({ start, end } = { start: 0, end: 10 }) {
        opened.push(start);
        yield BYTES.subarray(start, 4);
        if (opened.length === 1) await late.promise;
        yield BYTES.subarray(4, end);
      },
    };
    const reader = createPartReader(content, 10);
    const broken = reader.read({ start: 0, end: 8 });
    await broken.next();
    const waiting = broken.next();
    await Promise.resolve();
    const anew = text(reader.read({ start: 2, end: 10 }));
    late.resolve();
    expect(await anew).toBe('23456789');
    await waiting;
    expect(opened).toEqual([0, 2]);
    expect(reader.failure).toBeUndefined();
  });

  it('may come in pieces of nothing', async () => {
    const pieces = ['', '01234', '', '56789', ''];
    const reader = createPartReader(
      {
        open: async function* () {
          for (const piece of pieces) yield Buffer.from(piece);
        },
      },
      10,
    );
    expect(await text(reader.read({ start: 0, end: 10 }))).toBe('0123456789');
  });

  it.each([
    ['short', 11],
    ['long', 9],
  ])('of content that is too %s are told', async (_what, size) => {
    const reader = createPartReader({ open: () => contentOf(BYTES).open() }, size);
    await expect(text(reader.read({ start: 0, end: size }))).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    expect(reader.failure).toMatchObject({ side: 'source' });
  });
});
