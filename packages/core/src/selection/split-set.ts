const SHARD = /^(.*)-(\d{5})-of-(\d{5})\.(gguf|safetensors)$/i;

/** A model in several files, of which only all together are of use. */
export interface SplitSet {
  /** Path without shard numbers and extension; equal for all files of a set. */
  readonly stem: string;
  /** In lower case, without the dot. */
  readonly extension: string;
  readonly index: number;
  readonly count: number;
}

/** The set that a file belongs to, by its name. */
export function splitSetOf(path: string): SplitSet | undefined {
  const match = SHARD.exec(path);
  if (match?.[1] === undefined || match[4] === undefined) return undefined;
  return { stem: match[1], index: Number(match[2]), count: Number(match[3]), extension: match[4].toLowerCase() };
}

/** Whether two files are shards of one set. */
export function inOneSet(path: string, other: string): boolean {
  const set = splitSetOf(path);
  const otherSet = splitSetOf(other);
  return set !== undefined && set.stem === otherSet?.stem && set.count === otherSet.count && set.extension === otherSet.extension;
}
