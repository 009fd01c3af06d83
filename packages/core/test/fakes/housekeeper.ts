import type { Housekeeper, Leftover } from '../../src/index.ts';
import type { StoreState } from './state.ts';

/** Leftovers that a test puts there, a byte each. */
export function fakeHousekeeper(state: StoreState, leftovers: Leftover[]): Housekeeper {
  return {
    async *leftovers() {
      yield* leftovers;
    },
    isInUse: (id) => Promise.resolve(state.inUse.has(id.revision)),
    bytesOf: (paths) => Promise.resolve(paths.length),
    async removeLeftover({ path }) {
      state.log.push(`remove ${path}`);
      return 1;
    },
  };
}
