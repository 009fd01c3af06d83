import { digestParts } from '../../model/digest.ts';
import { formatOf } from '../../model/format.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { RemoteFile } from '../../model/snapshot.ts';
import type { MetadataFile, SnapshotMetadata } from '../../model/stored.ts';
import type { DownloadDeps } from './deps.ts';
import type { DownloadPlan } from './plan-download.ts';

/** What `.metadata` will say of a revision: all of its files, whichever are fetched. */
export function describeSnapshot(
  deps: Pick<DownloadDeps, 'clock' | 'tool'>,
  { plan, reference }: { readonly plan: DownloadPlan; readonly reference: RemoteReference },
): SnapshotMetadata {
  const { source, host, repository, revision, version, kind, files, archives, manifest } = plan.snapshot;
  return {
    schema: 1,
    source,
    host,
    repository,
    revision,
    requested: { reference: reference.canonical, ...(version !== undefined && { version }), kind },
    created: deps.clock.now().toISOString(),
    tool: deps.tool,
    files: files.map(describeFile),
    ...(archives.length > 0 && { archives }),
    format: formatOf(files.map((file) => file.path)),
    ...(manifest && { manifest }),
  };
}

function describeFile({ path, blob, xetHash }: RemoteFile): MetadataFile {
  const { algorithm, hex } = digestParts(blob.digest);
  return {
    path,
    size: blob.size,
    ...(algorithm === 'sha256' && { sha256: hex }),
    ...(algorithm === 'git-sha1' && { gitSha1: hex }),
    ...(xetHash !== undefined && { xetHash }),
    ...(blob.mediaType !== undefined && { mediaType: blob.mediaType }),
    from: blob.id,
  };
}
