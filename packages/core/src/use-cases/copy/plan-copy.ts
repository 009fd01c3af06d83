import { IlabError } from '../../errors/ilab-error.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { ModelSettings } from '../../model/settings.ts';
import type { RemoteFile, RemoteSnapshot } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registries } from '../../ports/registries.ts';
import type { UploadRequest } from '../../ports/upload.ts';
import { formatReference } from '../../reference/format-reference.ts';
import { describeChoices, selectFiles } from '../../selection/select-files.ts';
import { checkDestination, uploader } from '../upload/plan-upload.ts';

export interface PlanCopyDeps {
  readonly registries: Registries;
  readonly settings: Pick<ModelSettings, 'registries'>;
}

export interface CopyModelRequest extends Pick<UploadRequest, 'message' | 'description' | 'createPullRequest' | 'createRepository' | 'format'> {
  /** Taken literally, as it is now. */
  readonly source: RemoteReference;
  readonly destination: RemoteReference;
  /** Globs of files to take, and to leave out. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Take along what is attached to it; default yes, where both sides keep such. */
  readonly referrers?: boolean;
}

/** What a copy would bring at most: what the destination has already is only known when it is asked. */
export interface CopyPlan {
  readonly request: CopyModelRequest;
  /** With the version that it becomes. */
  readonly destination: RemoteReference;
  /** What the source names now. */
  readonly snapshot: RemoteSnapshot;
  /** As one thing, byte for byte, or file by file. */
  readonly way: 'whole' | 'files';
  readonly files: readonly RemoteFile[];
  /** Of the files, and of archives. */
  readonly bytes: number;
}

/**
 * Asks what the source is now, and works out how it gets to the destination. Nothing is sent.
 * @throws IlabError E_USAGE (what can't be copied so), E_NOT_FOUND (no file fits), and as `Registry.resolve`
 */
export async function planCopy({ registries, settings }: PlanCopyDeps, request: CopyModelRequest, options: CallOptions): Promise<CopyPlan> {
  const { source, destination } = request;
  checkDestination(destination);
  const [from, to] = [await registries.open(source.adapter, options), await registries.open(destination.adapter, options)];
  const way = source.adapter === destination.adapter && to.copy ? 'whole' : 'files';
  if (way === 'whole') checkWhole(request);
  else uploader(to, request);
  const snapshot = await from.resolve(source, options);
  if (way === 'files' && snapshot.archives.length > 0) {
    throw new IlabError('E_USAGE', `${source.canonical} holds archives, and ${destination.host} takes files.`, {
      hint: 'Download it, which unpacks them, and upload it from here.',
    });
  }
  const files = way === 'whole' ? snapshot.files : chosenFiles(snapshot, request);
  const bytes = [...files, ...(way === 'whole' ? snapshot.archives : [])].reduce((sum, { blob }) => sum + blob.size, 0);
  const grammar = { manifests: registries.manifests, registries: settings.registries };
  return { request, destination: way === 'whole' ? underSameName(destination, snapshot, grammar) : destination, snapshot, way, files, bytes };
}

/** @throws IlabError E_USAGE for what would make something else of it */
function checkWhole({ source, destination, include, exclude, ...options }: CopyModelRequest): void {
  const chooses = source.selector !== undefined || include !== undefined || exclude !== undefined;
  const makes = options.format ?? options.description ?? options.createPullRequest;
  if (!chooses && makes === undefined) return;
  throw new IlabError('E_USAGE', `From ${source.host} to ${destination.host} all of it is copied, byte for byte.`, {
    hint: chooses ? 'To choose files, download it and upload what you want.' : 'To pack it anew, download it and upload it.',
  });
}

function chosenFiles(snapshot: RemoteSnapshot, { source, include, exclude }: CopyModelRequest): readonly RemoteFile[] {
  const files = selectFiles(snapshot.files, source.selector, { ...(include && { include }), ...(exclude && { exclude }) });
  if (files.length > 0) return files;
  throw new IlabError('E_NOT_FOUND', `No file of ${source.canonical} fits what was asked for.`, {
    hint: describeChoices(snapshot.files),
    details: { selector: source.selector ?? [...(include ?? []), ...(exclude ?? [])].join(' ') },
  });
}

/** A copy without a name of its own goes by the one that it was asked for under. */
function underSameName(destination: RemoteReference, snapshot: RemoteSnapshot, grammar: Parameters<typeof formatReference>[1]): RemoteReference {
  const { version } = snapshot;
  if (destination.version !== undefined || version === undefined) return destination;
  return { ...destination, version, canonical: formatReference({ ...destination, version }, grammar) };
}
