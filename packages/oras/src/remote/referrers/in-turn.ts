import type { Digest } from '@ilab/core/adapter';
import { referrersTag } from './referrers-tag.ts';

/** What this process does with what refers to a subject, by its place. */
const under = new Map<string, Promise<unknown>>();

/**
 * Does things with the referrers of one subject one after the other: two that read, add and write would lose one, and so would some
 * registries that keep the list themselves.
 */
export async function inTurn<T>(base: string, subject: Digest, work: () => Promise<T>): Promise<T> {
  const key = `${base}:${referrersTag(subject)}`;
  const before = under.get(key) ?? Promise.resolve();
  const mine = before.catch(() => undefined).then(work);
  under.set(key, mine);
  try {
    return await mine;
  } finally {
    if (under.get(key) === mine) under.delete(key);
  }
}
