import type { Sample } from './corpus.ts';

export type Random = () => number;

/** A generator that gives the same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers at which lengths, counts and offsets go wrong. */
const EDGES: readonly bigint[] = [
  0n,
  1n,
  2n,
  3n,
  7n,
  8n,
  9n,
  31n,
  33n,
  255n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const WORDS = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '0',
  '-',
  '1e9',
  '9'.repeat(25),
  '\u0000',
  'é',
  '"__metadata__"',
  '"dtype"',
  '"F64"',
  '"data_offsets"',
  '[[[[[',
];

/**
 * Changes a sample in one to four places, mostly in its header: bits, bytes, edges written as numbers of 1 to 8 bytes of either order,
 * pieces copied over others, cut out, put in, and the end cut off.
 */
export function mutate({ bytes, header }: Sample, random: Random): Buffer {
  let mutant: Buffer = Buffer.from(bytes);
  const upTo = (end: number): number => Math.floor(random() * end);
  const place = (): number => Math.min(upTo(random() < 0.5 ? Math.min(header, 200) : header), Math.max(0, mutant.length - 1));
  const steps: readonly (() => void)[] = [
    () => {
      mutant[place()] = upTo(256);
    },
    () => {
      const at = place();
      mutant[at] = (mutant[at] ?? 0) ^ (1 << upTo(8));
    },
    () => writeEdge(mutant, { at: place(), edge: EDGES[upTo(EDGES.length)] ?? 0n, size: [1, 2, 4, 8][upTo(4)] ?? 8, big: random() < 0.2 }),
    () => mutant.copy(mutant, place(), place(), place()),
    () => {
      mutant = mutant.subarray(0, random() < 0.5 ? place() : upTo(mutant.length));
    },
    () => {
      mutant = splice(mutant, { at: place(), gone: upTo(16), instead: '' });
    },
    () => {
      mutant = splice(mutant, { at: place(), gone: upTo(2), instead: WORDS[upTo(WORDS.length)] ?? '' });
    },
    () => {
      mutant = Buffer.concat([mutant, Buffer.alloc(upTo(64))]);
    },
  ];
  for (let times = 1 + upTo(4); times > 0; times--) steps[upTo(steps.length)]?.();
  return mutant;
}

function writeEdge(bytes: Buffer, { at, edge, size, big }: { readonly at: number; readonly edge: bigint; readonly size: number; readonly big: boolean }): void {
  for (let index = 0; index < size && at + index < bytes.length; index++) {
    const shift = BigInt(8 * (big ? size - 1 - index : index));
    bytes[at + index] = Number((edge >> shift) & 0xffn);
  }
}

function splice(bytes: Buffer, { at, gone, instead }: { readonly at: number; readonly gone: number; readonly instead: string }): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(instead), bytes.subarray(at + gone)]);
}
