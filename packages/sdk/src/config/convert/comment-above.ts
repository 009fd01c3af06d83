import { isScalar, type Pair, type YAMLMap } from 'yaml';

/** The comment lines directly above a key; what a blank line parts from it is about something else. That of a first key is its section's. */
export function commentAbove(pair: Pair, map: YAMLMap): string | undefined {
  const own = isScalar(pair.key) ? pair.key.commentBefore : undefined;
  return (own ?? (map.items[0] === pair ? map.commentBefore : undefined))?.split('\n\n').at(-1);
}
