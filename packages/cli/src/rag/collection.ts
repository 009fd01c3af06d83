import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { IlabError } from '@ilab/sdk';
import * as v from 'valibot';

const header = v.object({
  format: v.literal('ilab-rag'),
  version: v.literal(1),
  model: v.string(),
  endpoint: v.optional(v.string()),
  revision: v.optional(v.string()),
});

const entry = v.object({ document: v.string(), digest: v.string(), heading: v.array(v.string()), text: v.string(), vector: v.string() });

/** The model that made the vectors: others can't be compared with them. */
export interface Embedding {
  /** Its canonical name, or what the endpoint calls it. */
  readonly model: string;
  readonly endpoint?: string | undefined;
  readonly revision?: string | undefined;
}

/** A passage with where it points. */
export interface Entry {
  /** Path of the document. */
  readonly document: string;
  /** Of the document’s bytes as text: what has not changed is not embedded again. */
  readonly digest: string;
  readonly heading: readonly string[];
  readonly text: string;
  /** Of length 1. */
  readonly vector: Float32Array;
}

export interface Collection {
  readonly embedding: Embedding;
  readonly entries: readonly Entry[];
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

/** @throws IlabError E_USAGE for what can’t be the name of a file */
export function collectionPath(dataDir: string, name: string): string {
  if (!NAME.test(name)) throw new IlabError('E_USAGE', `“${name}” can’t be a name of a collection.`, { hint: 'Use letters, digits, dots and hyphens.' });
  return join(dataDir, 'rag', `${name}.jsonl`);
}

/** @returns undefined where there is none. @throws IlabError E_STORE for a file that is none */
export async function readCollection(path: string): Promise<Collection | undefined> {
  let embedding: Embedding | undefined;
  const entries: Entry[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (embedding) entries.push(entryOf(v.parse(entry, JSON.parse(line)), entries[0]));
      else embedding = v.parse(header, JSON.parse(line));
    }
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw broken(path, cause);
  }
  if (!embedding) throw broken(path, undefined);
  return { embedding, entries };
}

/** Replaces a collection whole, for its user only. @throws IlabError E_STORE */
export async function writeCollection(path: string, { embedding, entries }: Collection): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.write(`${JSON.stringify({ format: 'ilab-rag', version: 1, ...embedding })}\n`);
      for (const { vector, ...rest } of entries) {
        await file.write(`${JSON.stringify({ ...rest, vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64') })}\n`);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new IlabError('E_STORE', `The documents can’t be written to ${path}: ${(cause as Error).message}`, { hint: 'Make room, and ingest again.', cause });
  }
}

function entryOf({ vector, ...rest }: v.InferOutput<typeof entry>, first: Entry | undefined): Entry {
  const bytes = Buffer.from(vector, 'base64');
  const numbers = new Float32Array(bytes.length / 4);
  for (let index = 0; index < numbers.length; index++) numbers[index] = bytes.readFloatLE(index * 4);
  if (numbers.length === 0 || (first && first.vector.length !== numbers.length)) throw new Error('vectors differ in length');
  return { ...rest, vector: numbers };
}

function broken(path: string, cause: unknown): IlabError {
  return new IlabError('E_STORE', `${path} is no collection of documents, or is damaged.`, { hint: 'Remove it, and ingest the documents again.', cause });
}
