import { IlabError } from '../../errors/ilab-error.ts';
import { digestParts } from '../../model/digest.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ForeignFile } from '../../ports/foreign-models.ts';
import type { ImportDeps, ImportItem } from './plan-import.ts';

/** A file with the sha256 that the store keeps of every file. */
export interface HashedFile extends ForeignFile {
  readonly sha256: string;
  readonly gitSha1?: string;
}

/**
 * Finds the sha256 of every file: noted by its tool, recorded by an earlier import, or read. A Git blob id that was noted is checked on
 * the way; a noted sha256 is checked when the file is put in place.
 * @throws IlabError E_INTEGRITY
 */
export async function hashFiles(deps: ImportDeps, item: ImportItem, options: CallOptions): Promise<readonly HashedFile[]> {
  const { id, model } = item;
  const stored = model.revision === undefined ? undefined : await deps.cache.snapshot({ ...id, revision: model.revision }, options);
  const known = new Map(stored?.files.map((file) => [`${file.size} ${file.path}`, file.sha256]));
  const hashed: HashedFile[] = [];
  for (const file of model.files) {
    const noted = file.digest && digestParts(file.digest);
    const gitSha1 = noted?.algorithm === 'git-sha1' ? noted.hex : undefined;
    const sha256 = noted?.algorithm === 'sha256' ? noted.hex : (known.get(`${file.size} ${file.path}`) ?? (await hash(deps, { file, item, gitSha1 }, options)));
    hashed.push({ ...file, sha256, ...(gitSha1 !== undefined && { gitSha1 }) });
  }
  return hashed;
}

type Hashing = { readonly file: ForeignFile; readonly item: ImportItem; readonly gitSha1: string | undefined };

async function hash({ foreign }: ImportDeps, { file, item, gitSha1 }: Hashing, options: CallOptions): Promise<string> {
  const found = await foreign.hash(file.at, options);
  if (!found) throw new IlabError('E_STORE', `${file.at} can’t be read.`, { hint: 'Check its permissions.' });
  if (gitSha1 === undefined || found.gitSha1 === gitSha1) return found.sha256;
  throw new IlabError('E_INTEGRITY', `${file.at} is not what ${item.model.tool} noted of it: it has changed since.`, {
    hint: 'Download the model, or import it under a name of its own with --as.',
    details: { file: file.path, expected: gitSha1, actual: found.gitSha1 },
  });
}
