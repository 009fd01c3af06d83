import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Logger } from '../../ports/logger.ts';
import type { ModelReader } from '../../ports/model-reader.ts';
import type { Outbox } from '../../ports/outbox.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Registries } from '../../ports/registries.ts';
import type { UploadFile, UploadResult } from '../../ports/upload.ts';
import { type UploadPlan, uploader } from './plan-upload.ts';
import { readFacts } from './read-facts.ts';

export interface UploadDeps {
  readonly registries: Registries;
  readonly cache: Pick<Cache, 'lease'>;
  readonly outbox: Outbox;
  readonly reader: ModelReader;
  readonly progress: Progress;
  readonly logger: Pick<Logger, 'warn'>;
}

/** What is where it should be now. */
export interface UploadedModel extends UploadResult {
  /** The destination, canonical. */
  readonly reference: string;
  readonly files: readonly string[];
  /** Of the files, in bytes. */
  readonly bytes: number;
}

/**
 * Uploads what was planned: hashes what has no recorded hash, then lets the registry take what it lacks.
 * @throws IlabError as `Registry.upload` and `Outbox.prepareAll`
 */
export async function uploadModel(deps: UploadDeps, plan: UploadPlan, options: CallOptions): Promise<UploadedModel> {
  const { source, bytes, request } = plan;
  const { model: _model, include: _include, exclude: _exclude, force: _force, ...wanted } = request;
  const registry = await deps.registries.open(request.destination.adapter, options);
  const upload = uploader(registry, request);
  const { origin } = source;
  const lease = origin && (await deps.cache.lease(origin, { purpose: 'upload' }, options));
  try {
    const files = await prepareAll(deps, plan, options);
    const facts = registry.capabilities.upload?.formats && (await readFacts(deps.reader, source, options));
    const result = await upload(
      { ...wanted, files, ...(facts && { facts }), ...(origin && { origin }) },
      { ...options, progress: after(source.files, deps.progress) },
    );
    for (const notice of result.notices ?? []) deps.logger.warn(notice);
    return { ...result, reference: request.destination.canonical, files: files.map(({ path }) => path), bytes };
  } finally {
    await lease?.end();
  }
}

/** What was hashed is part of the work. */
function after(files: UploadPlan['source']['files'], progress: Progress): Progress {
  const hashed = unhashed(files);
  return {
    plan: (total) => progress.plan({ files: total.files + hashed.length, bytes: total.bytes + hashed.reduce((sum, { size }) => sum + size, 0) }),
    begin: (task) => progress.begin(task),
  };
}

function unhashed(files: UploadPlan['source']['files']): UploadPlan['source']['files'] {
  return files.filter(({ sha256 }) => sha256 === undefined);
}

function prepareAll({ outbox, progress }: UploadDeps, { source }: UploadPlan, options: CallOptions): Promise<readonly UploadFile[]> {
  const unknown = unhashed(source.files);
  if (unknown.length > 0) progress.plan({ files: unknown.length, bytes: unknown.reduce((sum, { size }) => sum + size, 0) });
  return outbox.prepareAll(source.files, { ...options, begin: ({ path, size }) => progress.begin({ label: path, size }) });
}
