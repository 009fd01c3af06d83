/** Bytes of one download, by where they came from. */
export interface Tally {
  fetched: number;
  linked: number;
}

export function newTally(): Tally {
  return { fetched: 0, linked: 0 };
}
