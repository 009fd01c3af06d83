import type { TracedCall } from './traced-run.ts';

/**
 * What a download can do without, or tries again: the journal, the link, the search for what is there already, locks and leases, and what
 * others placed.
 */
export function canBeDoneWithout({ text }: TracedCall): boolean {
  return /\.journal|\/v1(?:\.[0-9a-f]{8}\.tmp)?"|O_RDONLY|\.store\/(?:locks|leases|placed)/.test(text);
}

/** Leases are locked by way of SQLite, which has words of its own for what fails below it. */
export function isToldBySqlite({ text }: TracedCall): boolean {
  return text.includes('.store/leases');
}
