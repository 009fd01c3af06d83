import { IlabError } from '../../errors/ilab-error.ts';
import { type Digest, digestParts } from '../../model/digest.ts';
import type { MetadataFile } from '../../model/stored.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { DownloadDeps } from './deps.ts';
import type { DownloadPlan } from './plan-download.ts';

/**
 * Holds files that were brought in under a revision against what its registry says now: a commit proves nothing of files without the Hub,
 * and whoever made the archive, or another tool's cache, may have put others there. What a manifest proves needs no such look.
 * @throws IlabError E_INTEGRITY naming the first file that is another
 */
export async function checkClaims(
  deps: Pick<DownloadDeps, 'cache' | 'metadata' | 'hash'>,
  { snapshot, reference }: Pick<DownloadPlan, 'snapshot' | 'reference'>,
  options: CallOptions,
): Promise<void> {
  if (!deps.hash) return;
  const claimed = await deps.metadata.snapshot(snapshot, options);
  if (!claimed?.partial || !claimed.imported || claimed.manifest) return;
  const standing = await deps.cache.snapshot(snapshot, options);
  const said = new Map(snapshot.files.map(({ path, blob }) => [path, blob.digest]));
  const known = new Map(claimed.files.map((file) => [file.path, file]));
  for (const { path, entry = path } of standing?.files ?? []) {
    const digest = said.get(path);
    const at = `${standing?.path ?? ''}/${entry}`;
    if (digest !== undefined && (await isOf(deps.hash, { digest, known: known.get(path), at }, options))) continue;
    throw new IlabError(
      'E_INTEGRITY',
      `“${path}” of ${reference.canonical} is not what ${snapshot.host} has in ${snapshot.revision}: it came from ${claimed.imported.from}.`,
      {
        hint: 'Do not use it: remove it (ilab model list shows its names), and download it again.',
        details: { file: path, from: claimed.imported.from },
      },
    );
  }
}

type Claimed = { readonly digest: Digest; readonly known: MetadataFile | undefined; readonly at: string };

async function isOf(hash: NonNullable<DownloadDeps['hash']>, { digest, known, at }: Claimed, options: CallOptions): Promise<boolean> {
  const { algorithm, hex } = digestParts(digest);
  if (algorithm === 'sha256') return known?.sha256 === hex;
  // What can't be told is not believed.
  if (algorithm !== 'git-sha1') return false;
  const gitSha1 = known?.gitSha1 ?? (await hash(at, options))?.gitSha1;
  return gitSha1 === hex;
}
