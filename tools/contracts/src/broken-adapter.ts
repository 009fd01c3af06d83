/** An adapter with one fault that is there on purpose, and how it has to be found out. */
export interface BrokenAdapter<Make> {
  /** The fault, after “One that”. */
  readonly what: string;
  /** Part of the title of the case that is there for it; others may fail too. */
  readonly caughtBy: string;
  readonly make: Make;
}
