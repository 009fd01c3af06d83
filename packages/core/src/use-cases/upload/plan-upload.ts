import { IlabError } from '../../errors/ilab-error.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Registries } from '../../ports/registries.ts';
import type { Registry, UploadCapabilities } from '../../ports/registry.ts';
import type { UploadRequest } from '../../ports/upload.ts';
import { matchesGlob } from '../../selection/glob.ts';
import { type Source, type SourceDeps, sourceFiles } from './source-files.ts';

export interface PlanUploadDeps extends SourceDeps {
  readonly registries: Registries;
}

export interface UploadModelRequest extends Omit<UploadRequest, 'files' | 'facts' | 'origin'> {
  /** The value of `--model`. */
  readonly model: string;
  /** Globs of files to take, and to leave out. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Take a folder or file that is no model. */
  readonly force?: boolean;
}

/** What an upload would send at most: what the registry has already is only known when it is asked. */
export interface UploadPlan {
  readonly request: UploadModelRequest;
  /** Files in the order of their paths. */
  readonly source: Source;
  /** Of the files, in bytes. */
  readonly bytes: number;
}

/**
 * Works out what would go where. Nothing is sent or asked.
 * @throws IlabError E_USAGE (a destination that takes no uploads, a link out of the folder, no file that fits), and as `resolveReference`
 */
export async function planUpload(deps: PlanUploadDeps, request: UploadModelRequest, options: CallOptions): Promise<UploadPlan> {
  checkDestination(request.destination);
  uploader(await deps.registries.open(request.destination.adapter, options), request);
  const { whole, ...found } = await sourceFiles(deps, { value: request.model, any: request.force ?? false }, options);
  const files = found.files.filter(({ path }) => isWanted(path, request));
  const refused = Object.entries(found.refused).find(([path]) => isWanted(path, request));
  if (refused) {
    throw new IlabError('E_USAGE', `“${refused[0]}” can’t be uploaded: ${refused[1]}. Nothing was sent.`, {
      hint: 'Put the file itself there, or leave it out with --exclude.',
      details: { refused: found.refused },
    });
  }
  if (files.length === 0) throw new IlabError('E_USAGE', `${found.reference} has no file to upload.`, { hint: 'Check --include and --exclude.' });
  const isWhole = whole !== undefined && files.length === found.files.length;
  return { request, source: { ...found, files, ...(isWhole && { whole }) }, bytes: files.reduce((sum, { size }) => sum + size, 0) };
}

function isWanted(path: string, { include, exclude }: UploadModelRequest): boolean {
  const fits = (globs: readonly string[]): boolean => globs.some((glob) => matchesGlob(path, glob));
  return (include === undefined || fits(include)) && !fits(exclude ?? []);
}

/** @throws IlabError E_USAGE for what is no place to send to */
export function checkDestination({ canonical, digest, selector }: RemoteReference): void {
  if (digest !== undefined) {
    throw new IlabError('E_USAGE', `${canonical} names a revision, and a revision never changes.`, { hint: 'Name a version to upload to, or none.' });
  }
  if (selector !== undefined) {
    throw new IlabError('E_USAGE', `${canonical} selects files, and an upload goes to a repository.`, {
      hint: 'Choose files with --include; a branch of such a name is written with @ before it.',
    });
  }
}

/**
 * The method of a registry that takes uploads.
 * @throws IlabError E_USAGE where it takes none, or not of that kind
 */
export function uploader(registry: Registry, request: Pick<UploadModelRequest, UploadOption>): NonNullable<Registry['upload']> {
  const { destination } = request;
  const { upload } = registry;
  const can = registry.capabilities.upload;
  if (!upload || !can) {
    throw new IlabError('E_USAGE', `${destination.host} can’t be uploaded to: ilab has no upload for the source “${registry.source}” yet.`, {
      hint: 'Name a repository of Hugging Face, as huggingface.co/org/name, or of an OCI registry, as quay.io/org/name:v1.',
    });
  }
  checkOptions(can, request);
  return upload.bind(registry);
}

type UploadOption = 'destination' | 'createPullRequest' | 'createRepository' | 'format';

/** @throws IlabError E_USAGE for what means nothing there */
function checkOptions(can: UploadCapabilities, { destination: { host }, ...wanted }: Pick<UploadModelRequest, UploadOption>): void {
  if (wanted.createPullRequest && !can.pullRequests) {
    throw new IlabError('E_USAGE', `${host} knows no pull requests.`, { hint: 'Leave out --pull-request.' });
  }
  if (wanted.createRepository === 'public' && can.implicitRepositories) {
    throw new IlabError('E_USAGE', `${host} makes repositories itself, and says there who may see them.`, { hint: 'Leave out --public.' });
  }
  const { format } = wanted;
  if (format === undefined || can.formats?.includes(format)) return;
  const known = can.formats ?? [];
  throw new IlabError('E_USAGE', known.length > 0 ? `${host} has no format “${format}”.` : `${host} takes files as they are, and has no formats.`, {
    hint: known.length > 0 ? `Name one of these: ${known.join(', ')}.` : 'Leave out --format, or upload to an OCI registry.',
  });
}
