import type { CallOptions } from '../../ports/call-options.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Registries } from '../../ports/registries.ts';
import type { Registry } from '../../ports/registry.ts';
import type { UploadFile, UploadResult } from '../../ports/upload.ts';
import { IlabError } from '../../errors/ilab-error.ts';
import type { SignatureRecord } from '../../model/signature.ts';
import { formatOf } from '../../model/format.ts';
import { forEachAtOnce } from '../../concurrency/for-each-at-once.ts';
import { uploader } from '../upload/plan-upload.ts';
import { type CheckDeps, checkSource } from './check-source.ts';
import type { CopyPlan } from './plan-copy.ts';

export interface CopyDeps extends CheckDeps {
  readonly registries: Registries;
  readonly progress: Progress;
}

/** What is where it should be now. */
export interface CopiedModel extends Pick<UploadResult, 'revision' | 'url' | 'changed' | 'sent' | 'here' | 'packed' | 'pullRequest'> {
  /** The source as it was copied, with its revision. */
  readonly source: { readonly reference: string; readonly revision: string };
  /** The destination, canonical. */
  readonly reference: string;
  readonly way: CopyPlan['way'];
  readonly files: number;
  /** Of the files, and of archives. */
  readonly bytes: number;
  /** How many attachments came along; absent where the destination keeps none. */
  readonly referrers?: number;
  /** What was attached and did not come along, see `CopyResult`; absent where all did. */
  readonly leftOut?: readonly string[];
  /** What was found of its signatures before anything was sent; absent where no policy asks. */
  readonly signature?: SignatureRecord;
}

/** Files that are hashed at once, because their registry tells no sha256. */
const AT_ONCE = 5;

/**
 * Copies what was planned, once the policy of its source lets it. Nothing of it is kept on this machine, and what the destination has is
 * not sent.
 * @throws IlabError E_INTEGRITY, E_UNTRUSTED under a policy that requires a signature, and as `Registry.copy`, `Registry.upload` and `RemoteReader.prepare`
 */
export async function copyModel(deps: CopyDeps, plan: CopyPlan, options: CallOptions): Promise<CopiedModel> {
  const { request, destination, snapshot, way, files, bytes } = plan;
  const done = way === 'whole' ? await copyWhole(deps, plan, options) : await copyFiles(deps, plan, options);
  const source = { reference: request.source.canonical, revision: snapshot.revision };
  return { source, reference: destination.canonical, way, files: files.length, bytes, ...done };
}

type Done = Omit<CopiedModel, 'source' | 'reference' | 'way' | 'files' | 'bytes'>;

async function copyWhole(deps: CopyDeps, plan: CopyPlan, options: CallOptions): Promise<Done> {
  const { registries, progress } = deps;
  const { request, destination, snapshot, bytes } = plan;
  const registry = await registries.open(destination.adapter, options);
  if (!registry.copy) throw new IlabError('E_INTERNAL', `The source “${registry.source}” can’t copy any more.`);
  const signature = await checkSource(deps, { plan, registry, prepared: new Map() }, options);
  const { source, host, repository, revision } = snapshot;
  progress.plan({ files: snapshot.files.length + snapshot.archives.length, bytes });
  const from = { source, host, repository, revision };
  const { notices = [], ...copied } = await registry.copy({ source: from, destination, referrers: request.referrers ?? true }, { ...options, progress });
  for (const notice of notices) deps.logger.warn(notice);
  return { ...copied, ...(signature && { signature }) };
}

async function copyFiles(deps: CopyDeps, plan: CopyPlan, options: CallOptions): Promise<Done> {
  const { request, destination, snapshot } = plan;
  const to = await deps.registries.open(destination.adapter, options);
  const upload = uploader(to, request);
  const from = await deps.registries.open(request.source.adapter, options);
  const prepared = await prepareAll(deps, { plan, registry: from }, options);
  const signature = await checkSource(deps, { plan, registry: from, prepared }, options);
  const files = plan.files.flatMap(({ path }) => prepared.get(path) ?? []);
  const { source: _source, include: _include, exclude: _exclude, referrers: _referrers, ...wanted } = request;
  const { source, host, repository, revision, manifest } = snapshot;
  const origin = { source, host, repository, revision, ...(manifest && { manifest }) };
  const facts = to.capabilities.upload?.formats && { format: formatOf(files.map(({ path }) => path)) };
  const result = await upload({ ...wanted, destination, files, origin, ...(facts && { facts }) }, { ...options, progress: deps.progress });
  for (const notice of result.notices ?? []) deps.logger.warn(notice);
  const { url, changed, sent, here, packed, pullRequest } = result;
  const made = { ...(packed !== undefined && { packed }), ...(pullRequest !== undefined && { pullRequest }) };
  return { revision: result.revision, url, changed, sent, here, ...made, ...(signature && { signature }) };
}

async function prepareAll(
  { remoteReader }: CopyDeps,
  { plan: { snapshot, files }, registry }: { readonly plan: CopyPlan; readonly registry: Registry },
  options: CallOptions,
): Promise<ReadonlyMap<string, UploadFile>> {
  const prepared = new Map<string, UploadFile>();
  await forEachAtOnce(files, { limit: AT_ONCE, signal: options.signal }, async (file, signal) => {
    prepared.set(file.path, await remoteReader.prepare({ registry, snapshot, file }, { signal }));
  });
  return prepared;
}
