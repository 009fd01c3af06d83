import type { TracedCall } from './traced-run.ts';

/**
 * What a download can do without, or tries again: the journal, the link, the search for what is there already, what others placed, locks
 * that only save bandwidth, giving back a staging place, and of leases the note of who has one and the guard while one is given up (but never
 * the lease itself).
 */
export function canBeDoneWithout({ text }: TracedCall): boolean {
  return /\.journal|\/v1(?:\.[0-9a-f]{8}\.tmp)?"|O_RDONLY|\.store\/(?:locks|placed)|\.store\/leases\/(?:[^"<>]+\.by|\.guard)[">]|-0-0-[0-9a-f]+"/.test(text);
}

/** Leases are locked by way of SQLite, which has words of its own for what fails below it. */
export function isToldBySqlite({ text }: TracedCall): boolean {
  return text.includes('.store/leases');
}
