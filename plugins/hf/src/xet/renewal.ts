import type { CallOptions } from '@ilab/plugin-api';
import { malformed } from '../shape.ts';
import type { Reconstruction, SignedRange } from './reconstruction.ts';

/** Finds the fresh address of a range whose own was refused. */
export type Renew = (range: SignedRange, options: CallOptions) => Promise<SignedRange>;

/** Addresses end together, so whoever is refused first asks for all. */
export function createRenewal(first: Reconstruction, ask: () => Promise<Reconstruction>): Renew {
  let current = Promise.resolve(first);
  return async (range) => {
    const before = current;
    const known = find(await before, range);
    if (known.url !== range.url) return known;
    if (current === before) current = ask();
    return find(await current, range);
  };
}

function find({ ranges }: Reconstruction, { xorb, start, end, from, to }: SignedRange): SignedRange {
  const found = ranges.find((one) => one.xorb === xorb && one.start === start && one.end === end && one.from === from && one.to === to);
  if (!found) throw malformed('a range of a xorb has no address any more');
  return found;
}
