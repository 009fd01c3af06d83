/** Bytes of one download, by where they came from. */
export interface Tally {
  fetched: number;
  linked: number;
  /** Those of `linked` that another tool had, by tool. */
  readonly donated: Map<string, number>;
}

export function newTally(): Tally {
  return { fetched: 0, linked: 0, donated: new Map() };
}
