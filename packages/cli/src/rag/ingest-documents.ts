import { createHash } from 'node:crypto';
import { sep } from 'node:path';
import type { CallOptions, Progress } from '@ilab/sdk';
import type { Collection, Entry } from './collection.ts';
import { type FoundDocuments, readDocument } from './documents.ts';
import { embedPassages } from './embed-passages.ts';
import type { Embed } from './embedder.ts';
import { passagesOf } from './passages.ts';

/** What became of a collection. */
export interface Ingested {
  readonly entries: readonly Entry[];
  /** Documents that were embedded. */
  readonly embedded: number;
  /** Those that are as they were. */
  readonly unchanged: number;
  /** Those that were there once, and are no longer. */
  readonly gone: number;
}

export interface IngestRequest {
  readonly documents: FoundDocuments;
  /** What the collection has so far, made with the same model. */
  readonly before: Collection['entries'];
  readonly embed: Embed;
  readonly progress: Progress;
  /** Gets what there is as soon as somebody stops it, so that the next time goes on from there. */
  readonly keep: (entries: readonly Entry[]) => Promise<void>;
}

interface Read {
  readonly document: string;
  readonly text: string;
  readonly digest: string;
}

/** Brings a collection to what the documents are now. @throws IlabError as `readDocument` and the embedder */
export async function ingestDocuments({ documents, before, embed, progress, keep }: IngestRequest, options: CallOptions): Promise<Ingested> {
  const had = Map.groupBy(before, ({ document }) => document);
  const texts: Read[] = [];
  for (const document of documents.paths) {
    const text = await readDocument(document);
    texts.push({ document, text, digest: createHash('sha256').update(text).digest('hex') });
  }
  const changed = texts.filter(({ document, digest }) => had.get(document)?.[0]?.digest !== digest);
  const gone = [...had.keys()].filter((document) => isBelow(document, documents.roots) && !documents.paths.includes(document));
  const dropped = new Set(gone);
  progress.plan({ files: changed.length, bytes: changed.reduce((sum, { text }) => sum + text.length, 0) });
  let entries = before.filter(({ document }) => !dropped.has(document));
  try {
    for (const read of changed) {
      const made = await embedDocument(read, { embed, progress }, options);
      entries = [...entries.filter(({ document }) => document !== read.document), ...made];
    }
  } catch (error) {
    if (options.signal?.aborted) await keep(entries);
    throw error;
  }
  return { entries, embedded: changed.length, unchanged: texts.length - changed.length, gone: gone.length };
}

async function embedDocument(
  { document, text, digest }: Read,
  { embed, progress }: Pick<IngestRequest, 'embed' | 'progress'>,
  options: CallOptions,
): Promise<readonly Entry[]> {
  const task = progress.begin({ label: document, size: text.length });
  let done = 0;
  const onDone = (characters: number): void => {
    done += characters;
    task.at(Math.min(done, text.length));
  };
  try {
    const embedded = await embedPassages(embed, passagesOf(text), { ...options, onDone });
    task.end('checked');
    return embedded.map((passage) => ({ document, digest, ...passage }));
  } catch (error) {
    task.end('failed');
    throw error;
  }
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(root + sep));
}
