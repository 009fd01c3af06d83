import { createHash } from 'node:crypto';
import { IlabError } from '@ilab/core/adapter';
import { expect, it } from 'vitest';
import { contentOf, readContent } from './content.ts';
import { isWrongSize } from './is-wrong-size.ts';
import { verifyContent } from './verify-content.ts';

const BYTES = Buffer.from('a signature');
const DIGEST = `sha256:${createHash('sha256').update(BYTES).digest('hex')}` as const;
const verified = (bytes: Uint8Array, size: number) => Array.fromAsync(verifyContent(contentOf(bytes).open(), { digest: DIGEST, size }));

it.each<[string, boolean, () => Promise<unknown>]>([
  ['content that is shorter than was said', true, () => verified(BYTES, BYTES.length + 1)],
  ['content that is longer than was said', true, () => verified(BYTES, BYTES.length - 1)],
  ['the same, read whole', true, () => readContent(contentOf(BYTES), { size: 3, most: 100 })],
  ['other bytes', false, () => verified(Buffer.from('A signature'), BYTES.length)],
  ['more than is read at all', false, () => readContent(contentOf(BYTES), { size: 300, most: 100 })],
  ['damage of another kind', false, () => Promise.reject(new IlabError('E_INTEGRITY', 'It is torn.'))],
])('%s is of a wrong size: %s', async (_what, wrong, read) => {
  expect(isWrongSize(await read().catch((error: unknown) => error))).toBe(wrong);
});
