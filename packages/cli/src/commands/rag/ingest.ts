import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError } from '@ilab/sdk';
import { eitherOf } from '../../engine/wanted-model.ts';
import { formatPairs } from '../../present/table.ts';
import { type Collection, collectionPath, type Embedding, type Entry, readCollection, writeCollection } from '../../rag/collection.ts';
import { findDocuments } from '../../rag/documents.ts';
import { createEmbedder } from '../../rag/embedder.ts';
import { type Ingested, ingestDocuments } from '../../rag/ingest-documents.ts';
import { USUAL_COLLECTION } from '../../rag/open-collection.ts';
import { RagCommand } from '../../rag/rag-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

/** For `--json`. */
interface ToldIngestion extends Pick<Ingested, 'embedded' | 'unchanged' | 'gone'> {
  /** The collection’s file. */
  readonly path: string;
  readonly model: string;
  readonly passages: number;
  /** Files that were named and are of no kind that is read. */
  readonly skipped: readonly string[];
}

export default class RagIngest extends RagCommand {
  static override summary = 'Embed documents, to chat about them.';
  static override description =
    'Reads Markdown, plain text and HTML, cuts them into passages, and keeps a vector of each that the embedding model makes. What has not changed is not embedded again; what is gone from a folder that is named goes from the collection. --model is the one that embeds; the default is rag.embedding_model.model of the configuration. Then: ilab model chat --rag';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./docs README.md --embedding-model ./granite-embedding.gguf',
    '<%= config.bin %> <%= command.id %> ./handbook --collection handbook --endpoint-url http://gpu-box:8000/v1 --model granite-embedding',
  ];
  static override strict = false;
  static override args = {
    DOCUMENT: Args.string({ name: 'DOCUMENT', description: 'A file, or a folder of them; may be given several times.', ignoreStdin: true }),
  };
  static override flags = {
    model: modelFlag,
    'embedding-model': roleFlag('The same.'),
    collection: Flags.string({ summary: `Name of what the documents are kept in; default “${USUAL_COLLECTION}”.`, helpValue: 'COLLECTION' }),
    replace: Flags.boolean({ summary: 'Begin the collection anew.' }),
    'endpoint-url': Flags.string({ summary: 'A server that has the model.', helpValue: 'URL' }),
    backend: Flags.string({ summary: 'The engine to run it with.', helpValue: 'ENGINE' }),
    pull: pullFlag,
  };

  async run(): Promise<ToldIngestion> {
    const { argv, flags } = await this.parse(RagIngest);
    const given = eitherOf('embedding-model', flags);
    if (argv.length === 0) throw new IlabError('E_USAGE', 'No document is named.', { hint: 'Name files or folders, as: ilab rag ingest ./docs' });
    const documents = await findDocuments(argv.map(String));
    const path = collectionPath(this.config.dataDir, flags.collection ?? USUAL_COLLECTION);
    const there = flags.replace ? undefined : await readCollection(path);
    const { speaker, embedding } = await this.startEmbedding(flags, given);
    if (there) refuseMixing(there, embedding);
    const keep = (entries: readonly Entry[]): Promise<void> => writeCollection(path, { embedding, entries });
    const request = { documents, before: there?.entries ?? [], embed: createEmbedder(speaker), progress: this.progress(flags), keep };
    const { entries, embedded, unchanged, gone } = await ingestDocuments(request, { signal: this.signal });
    await keep(entries);
    const told = { path, model: embedding.model, passages: entries.length, embedded, unchanged, gone, skipped: documents.skipped };
    for (const file of documents.skipped) this.warnUser(`${file} is no Markdown, plain text or HTML, and was left out.`);
    if (!flags.quiet)
      this.note(
        formatPairs([
          ['Embedded', countOf(embedded)],
          ['Unchanged', countOf(unchanged)],
          ['Gone', countOf(gone)],
          ['Passages', String(entries.length)],
        ]),
      );
    this.log(path);
    return told;
  }
}

function countOf(documents: number): string {
  return documents === 1 ? '1 document' : `${documents} documents`;
}

/** Vectors of two models can't be compared. @throws IlabError E_USAGE */
function refuseMixing({ embedding: was }: Collection, now: Embedding): void {
  if (was.model === now.model && was.endpoint === now.endpoint && was.revision === now.revision) return;
  const revision = was.model === now.model && was.endpoint === now.endpoint ? ', of another revision' : '';
  throw new IlabError('E_USAGE', `This collection was made with ${was.model}${revision}, whose vectors can’t be compared with those of ${now.model}.`, {
    hint: 'Take another name with --collection, or begin it anew with --replace and all its documents.',
  });
}
