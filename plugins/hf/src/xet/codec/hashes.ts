import { Hasher } from '@huggingface/blake3-jit';

/** Bytes of a hash. */
export const HASH = 32;

/** A chunk, or a node of the tree over them. */
export interface Leaf {
  readonly hash: Uint8Array;
  /** Bytes of the file that it stands for. */
  readonly length: number;
}

/** hashing.md, “DATA_KEY”. */
const DATA_KEY = Uint8Array.of(
  ...[102, 151, 245, 119, 91, 149, 80, 222, 49, 53, 203, 172, 165, 151, 24, 28],
  ...[157, 228, 33, 16, 155, 235, 43, 88, 180, 208, 176, 75, 147, 173, 242, 41],
);
/** hashing.md, “INTERNAL_NODE_KEY”. */
const NODE_KEY = Uint8Array.of(
  ...[1, 126, 197, 199, 165, 71, 41, 150, 253, 148, 102, 102, 180, 138, 2, 230],
  ...[93, 221, 83, 111, 55, 199, 109, 210, 248, 99, 82, 230, 74, 83, 113, 63],
);
/** A node has at least three children, and at most nine; after the third it ends with one whose hash is a multiple of four. */
const FEWEST = 3;
const MOST = 9;

const dataHasher = Hasher.newKeyed(DATA_KEY);
const nodeHasher = Hasher.newKeyed(NODE_KEY);
const fileHasher = Hasher.newKeyed(new Uint8Array(HASH));

export function hashChunk(chunk: Uint8Array): Uint8Array {
  return dataHasher.reset().update(chunk).finalize(HASH);
}

/** The hash of a file over its chunks, in order (hashing.md, “File Hashes”). */
export function hashFile(chunks: Iterable<Leaf>): Uint8Array {
  let level = nodesOver(chunks);
  while (level.length > 1) level = nodesOver(level);
  const [root] = level;
  return root ? fileHasher.reset().update(root.hash).finalize(HASH) : new Uint8Array(HASH);
}

function nodesOver(level: Iterable<Leaf>): readonly Leaf[] {
  const nodes: Leaf[] = [];
  let children: Leaf[] = [];
  for (const leaf of level) {
    children.push(leaf);
    const isMultiple = ((leaf.hash[24] ?? 0) & 3) === 0;
    if (children.length < MOST && !(children.length >= FEWEST && isMultiple)) continue;
    nodes.push(nodeOver(children));
    children = [];
  }
  // What is alone stands for itself.
  if (nodes.length === 0 && children.length === 1) return children;
  if (children.length > 0) nodes.push(nodeOver(children));
  return nodes;
}

function nodeOver(children: readonly Leaf[]): Leaf {
  const lines = children.map(({ hash, length }) => `${writeHash(hash)} : ${length}\n`).join('');
  const hash = nodeHasher.reset().update(Buffer.from(lines, 'latin1')).finalize(HASH);
  return { hash, length: children.reduce((sum, { length }) => sum + length, 0) };
}

/** A hash as text: each eight bytes are a number, the smallest first (api.md, “Converting Hashes to Strings”). */
export function writeHash(hash: Uint8Array): string {
  return Buffer.from(hash).swap64().toString('hex');
}
