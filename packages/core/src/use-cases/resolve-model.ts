import { IlabError } from '../errors/ilab-error.ts';
import type { ModelSettings, PullPolicy } from '../model/settings.ts';
import type { ModelFormat } from '../model/stored.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ModelProbe } from '../ports/model-probe.ts';
import type { Prompt } from '../ports/prompt.ts';
import type { ShortNames } from '../ports/short-names.ts';
import { needsSignature, refuseUntrusted } from './signatures/refuse-untrusted.ts';
import { formatReference } from '../reference/format-reference.ts';
import { namingNearest } from '../resolver/naming-nearest.ts';
import type { TrackedResolution } from '../resolver/resolution.ts';
import { nearestDeps, type Resolution, resolveReference, type Step } from '../resolver/resolve-reference.ts';
import type { DownloadDeps } from './download/deps.ts';
import { type DownloadedModel, downloadModel } from './download/download-model.ts';
import type { DownloadRequest } from './download/plan-download.ts';

export interface ResolveDeps extends DownloadDeps {
  readonly cache: Cache;
  readonly probe: ModelProbe;
  readonly prompt: Prompt;
  readonly shortNames?: ShortNames;
}

export interface ResolveRequest extends Pick<DownloadRequest, 'beforeFetching'> {
  /** The value of `--model`. */
  readonly value: string;
  /** Overrides the configured policy. */
  readonly pull?: PullPolicy;
}

/** What `--model` came to: immutable, whole, on this machine. */
export interface ResolvedModel {
  /** The canonical reference, or the absolute path of a plain path. */
  readonly reference: string;
  /** How the model is called wherever a name is shown; never derived from the last part of a path. */
  readonly name: string;
  /** Real path of a file or a snapshot's directory, never of a name that may move. */
  readonly path: string;
  readonly origin: 'path' | 'tracked' | 'remote';
  readonly format: ModelFormat;
  /** The weights and what belongs to them, relative to `path` where it is a directory. */
  readonly files: readonly string[];
  readonly revision?: string;
  readonly version?: string;
  /** Whether bytes came over the network for it. */
  readonly downloaded: boolean;
  /** Why it is this one, in a few words. */
  readonly because: string;
  readonly steps: readonly Step[];
}

/**
 * The one resolver behind every command: a path, a model that is here, or a remote repository that is fetched under the pull policy.
 * @throws IlabError E_BAD_REFERENCE, E_NOT_FOUND, E_NOT_A_MODEL, E_AMBIGUOUS, E_OFFLINE, E_UNTRUSTED, and as `downloadModel`
 */
export async function resolveModel(deps: ResolveDeps, request: ResolveRequest, options: CallOptions): Promise<ResolvedModel> {
  return useFound(deps, { ...request, found: await resolveReference(deps, request, options) }, options);
}

/** What was found, where it is here and nothing more has to be asked of it: for whoever has only what finds. */
export function settledModel(found: Resolution, settings: Pick<ModelSettings, 'signatures'>): ResolvedModel | undefined {
  if (found.kind === 'remote') return undefined;
  return found.kind === 'tracked' && needsSignature(found, settings) ? undefined : here(found);
}

/** Goes on with what was found: checks that it is trusted, or fetches it. @throws IlabError as {@link resolveModel} */
export async function useFound(deps: ResolveDeps, request: ResolveRequest & { readonly found: Resolution }, options: CallOptions): Promise<ResolvedModel> {
  const { found } = request;
  if (found.kind === 'tracked') await refuseUntrusted(deps, found, options);
  if (found.kind !== 'remote') return here(found);
  const unmoved = await findUnmoved(deps, request, options);
  if (unmoved) return { ...here(unmoved), origin: 'remote', because: found.because, steps: [...found.steps, ...unmoved.steps] };
  const { beforeFetching } = request;
  const fetch = () => downloadModel(deps, { reference: found.reference, ...(beforeFetching && { beforeFetching }) }, options);
  const downloaded = await namingNearest(nearestDeps(deps), request.value, options, fetch);
  const { chosenFor, reference } = found;
  if (chosenFor !== undefined) await deps.shortNames?.record(chosenFor, `${reference.host}/${reference.repository}`, options);
  const again = await resolveReference(deps, { value: nameOf(downloaded, deps), pull: 'never' }, options);
  if (again.kind === 'remote') {
    throw new IlabError('E_INTERNAL', `${found.reference.canonical} was downloaded and is not found.`);
  }
  return { ...here(again), origin: 'remote', downloaded: downloaded.fetched > 0, because: found.because, steps: [...found.steps, ...again.steps] };
}

/** What is here, where the policy is to have what is newer and nothing is: registries answer that without giving anything out. */
async function findUnmoved(
  deps: ResolveDeps,
  { value, pull = deps.settings.pull }: ResolveRequest,
  options: CallOptions,
): Promise<TrackedResolution | undefined> {
  if (pull !== 'newer') return undefined;
  const found = await resolveReference(deps, { value, pull: 'missing' }, options);
  if (found.kind !== 'tracked' || !found.id || found.version === undefined) return undefined;
  const registry = await deps.registries.open(found.id.source, options);
  if ((await registry.revision?.({ ...found.id, version: found.version }, options)) !== found.revision) return undefined;
  await refuseUntrusted(deps, found, options);
  return found;
}

/** A commit's short form is no name here, so without a name it is the revision that is found again. */
function nameOf({ reference, snapshot, record }: DownloadedModel, { registries, settings }: ResolveDeps): string {
  if (record || reference.version === undefined || reference.digest !== undefined) return reference.canonical;
  return formatReference({ ...reference, version: snapshot.revision }, { manifests: registries.manifests, registries: settings.registries });
}

function here(found: Exclude<Resolution, { kind: 'remote' }>): ResolvedModel {
  const { path, format, files, name, because, steps } = found;
  const common = { name, path, format, files, downloaded: false, because, steps };
  if (found.kind === 'path') return { ...common, reference: path, origin: 'path' };
  const { reference, revision, version } = found;
  return { ...common, reference, origin: 'tracked', ...(revision !== undefined && { revision }), ...(version !== undefined && { version }) };
}
