import { type Blob, blobOf } from '../content/blob.ts';
import type { Snapshot } from '../content/model.ts';
import { answerJson, type Exchange, readBody } from '../http/exchange.ts';
import { type LfsOptions, objectOf } from './lfs.ts';
import { refuse } from './refuse.ts';
import type { Repository } from './repositories.ts';

type Line =
  | { readonly key: 'header'; readonly value: { readonly summary: string; readonly parentCommit?: string } }
  | { readonly key: 'file'; readonly value: { readonly path: string; readonly content: string } }
  | { readonly key: 'lfsFile'; readonly value: { readonly path: string; readonly oid: string } }
  | { readonly key: 'deletedFile' | 'deletedFolder'; readonly value: { readonly path: string } };

/** One commit, as lines of JSON: a header, then a line for each file. */
export async function serveCommit(
  exchange: Exchange,
  { repository, branch }: { readonly repository: Repository; readonly branch: string },
  options: LfsOptions,
): Promise<void> {
  const text = await readBody(exchange.request);
  const [header, ...lines] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  if (header?.key !== 'header') return refuse(exchange, 400, { code: 'BadRequest', message: 'No header' });
  const head = repository.find(branch);
  if (!head) return refuse(exchange, 404, { code: 'RevisionNotFound', message: 'Invalid rev id' });
  const asPullRequest = exchange.url.searchParams.get('create_pr') === '1';
  const { parentCommit = head.snapshot.commit, summary } = header.value;
  const base = repository.find(parentCommit)?.snapshot;
  if (!base || (!asPullRequest && base.commit !== head.snapshot.commit)) {
    return refuse(exchange, 412, { code: 'PreconditionFailed', message: 'A commit has happened since. Please refresh and try again.' });
  }
  const missing = lines.find((line) => line.key === 'lfsFile' && !objectOf(options, line.value.oid));
  if (missing) return refuse(exchange, 400, { code: 'BadRequest', message: `No such LFS object: ${JSON.stringify(missing.value)}` });
  const files = new Map(lines.flatMap((line) => changesOf(line, base, options)));
  const { commit, pullRequest } = repository.commit({ branch, base, files, message: summary, asPullRequest });
  const page = `${exchange.url.origin}/${repository.model.repository}`;
  answerJson(exchange, {
    success: true,
    commitOid: commit,
    commitUrl: `${page}/commit/${commit}`,
    hookOutput: '',
    ...(pullRequest !== undefined && { pullRequestUrl: `${page}/discussions/${pullRequest}` }),
  });
}

function changesOf(line: Line, { files }: Snapshot, options: LfsOptions): readonly (readonly [string, Blob | undefined])[] {
  if (line.key === 'header') return [];
  const { path } = line.value;
  if (line.key === 'file') return [[path, blobOf(Buffer.from(line.value.content, 'base64'))]];
  if (line.key === 'lfsFile') return [[path, objectOf(options, line.value.oid)]];
  if (line.key === 'deletedFile') return [[path, undefined]];
  return [...files.keys()].filter((each) => each.startsWith(`${path}/`)).map((each) => [each, undefined]);
}
