import { join } from 'node:path';
import {
  type Cache,
  type CallOptions,
  convertModel,
  copyModel,
  type DownloadDeps,
  type DownloadedModel,
  downloadModel,
  type DownloadPlan,
  encodeFilePath,
  exportToHubCache,
  exportToKubernetes,
  formatReference,
  IlabError,
  importModels,
  inspectModel,
  inspectRemote,
  listModels,
  listOutdated,
  listVersions,
  loadModels,
  literalReference,
  type ModelSettings,
  modelPath,
  namingNearest,
  nullMetadata,
  parseReference,
  planCopy,
  planDonations,
  planImport,
  planDownload,
  planPrune,
  planRemoval,
  planUpload,
  type PruneDeps,
  pruneStore,
  type ReferenceGrammar,
  referenceToFetch,
  type RemoteReference,
  refuseTooLargeToFetch,
  removeModel,
  type ResolverDeps,
  resolveReference,
  saveModels,
  settledModel,
  snapshotEntries,
  updateModels,
  uploadModel,
  useFound,
  verifyModels,
} from '@ilab/core';
import type { Services } from './composition/services.ts';
import { downloadRequest } from './download-request.ts';
import type { Models } from './ilab.ts';

export interface ModelsDeps {
  readonly grammar: ReferenceGrammar;
  readonly settings: ModelSettings;
  /** The wired ports, made on first use. */
  readonly services: () => Promise<Services>;
  /** What is here, without the rest of the ports: a list needs no more. */
  readonly inventory: () => Promise<Pick<Cache, 'listing'>>;
  /** What finds models, likewise. */
  readonly finder: () => Promise<ResolverDeps>;
}

/** The use cases, for programs that speak in strings. */
export function createModels({ grammar, settings, services, inventory, finder }: ModelsDeps): Models {
  const remote = (text: string): RemoteReference => literalReference(text, { grammar, aliases: settings.aliases });
  const advised = async <T>(typed: string, options: CallOptions, work: () => Promise<T>): Promise<T> =>
    namingNearest({ cache: await inventory(), grammar, aliases: settings.aliases }, typed, options, work);
  return {
    async download(request, options = {}) {
      const started = performance.now();
      const deps = await online(services);
      const done = await advised(request.reference, options, async () => {
        const { reference, chosenFor } = await referenceToFetch(deps, request.reference, options);
        const downloaded = await downloadModel(into(deps, request.destination), downloadRequest(request, reference, grammar), options);
        if (chosenFor !== undefined) await deps.shortNames.record(chosenFor, `${reference.host}/${reference.repository}`, options);
        return downloaded;
      });
      return {
        reference: withVersion(done, grammar).canonical,
        revision: done.snapshot.revision,
        path: request.destination === undefined ? storedPath(done) : plainPath(done),
        files: done.files,
        bytes: done.bytes,
        fetched: done.fetched,
        linked: done.linked,
        donated: done.donated,
        leftOut: done.leftOut,
        seconds: (performance.now() - started) / 1000,
      };
    },
    async planDownload(request, options = {}) {
      const deps = await online(services);
      return advised(request.reference, options, async () => {
        const { reference } = await referenceToFetch(deps, request.reference, options);
        const wanted = downloadRequest(request, reference, grammar);
        const registry = await deps.registries.open(wanted.reference.adapter, options);
        const plan = await planDownload(into(deps, request.destination), { registry, request: wanted }, options);
        return { ...plan, donations: await planDonations(deps, { plan, request: wanted }, options) };
      });
    },
    async planImport(request, options = {}) {
      return planImport(await services(), request, options);
    },
    async import(plan, options = {}) {
      return importModels(await services(), plan, options);
    },
    async list(options = {}) {
      return listModels({ cache: await inventory(), ...grammar }, options);
    },
    async listOutdated(options = {}) {
      const { cache, registries } = await online(services);
      return listOutdated({ cache, registries, grammar, aliases: settings.aliases }, options);
    },
    async update(request = {}, options = {}) {
      return updateModels(await online(services), request, options);
    },
    async inspect({ reference, remote: ask = false }, options = {}) {
      const deps = await services();
      return ask ? advised(reference, options, async () => inspectRemote(deps, remote(reference), options)) : inspectModel(deps, reference, options);
    },
    async convert(request, options = {}) {
      return convertModel(await services(), request, options);
    },
    async resolve({ reference, pull, toRun = false, beforeFetching: ask }, options = {}) {
      const request = { value: reference, ...(pull && { pull }) };
      const found = await resolveReference(await finder(), request, options);
      const settled = settledModel(found, settings);
      if (settled) return settled;
      const deps = await services();
      const beforeFetching = async (plan: DownloadPlan): Promise<void> => {
        if (toRun) await refuseTooLargeToFetch(deps, plan, options);
        await ask?.(plan);
      };
      return useFound(deps, { ...request, found, beforeFetching }, options);
    },
    async exportToHubCache({ reference }, options = {}) {
      return exportToHubCache(await services(), reference, options);
    },
    async exportToKubernetes({ reference, ...request }, options = {}) {
      const { writeYaml } = await import('./write-yaml.ts');
      const manifests = await exportToKubernetes(await online(services), { ...request, reference: remote(reference) }, options);
      return { ...manifests, yaml: writeYaml(manifests.objects) };
    },
    async planUpload({ destination, ...request }, options = {}) {
      return planUpload(await services(), { ...request, destination: remote(destination) }, options);
    },
    async upload(plan, options = {}) {
      return uploadModel(await online(services), plan, options);
    },
    async planCopy({ source, destination, ...request }, options = {}) {
      const deps = await online(services);
      return advised(source, options, async () => planCopy(deps, { ...request, source: remote(source), destination: remote(destination) }, options));
    },
    async copy(plan, options = {}) {
      return copyModel(await online(services), plan, options);
    },
    parse: (reference) => parseReference(reference, grammar),
    async versions({ reference }, options = {}) {
      const deps = await online(services);
      return advised(reference, options, async () => listVersions(deps, remote(reference), options));
    },
    async save(request, options = {}) {
      return saveModels(await services(), request, options);
    },
    async load(request, options = {}) {
      if ('path' in request) return loadModels(await services(), request, options);
      const { bytes, ...rest } = request;
      const { spool } = await import('./archives/spool.ts');
      await using spooled = await spool(settings.dir, bytes, options);
      return await loadModels(await services(), { ...rest, path: spooled.path }, options);
    },
    async planRemoval({ reference }, options = {}) {
      return planRemoval(await services(), reference, options);
    },
    async remove(plan, options = {}) {
      return removeModel(await services(), plan, options);
    },
    async verify(request, options = {}) {
      return verifyModels(await (request.repair ? online(services) : services()), request, options);
    },
    async planPrune(request = {}, options = {}) {
      return planPrune(pruning(await services(), grammar), request, options);
    },
    async prune(plan, options = {}) {
      return pruneStore(pruning(await services(), grammar), plan, options);
    },
  };
}

/** The same services with a plain directory in the store's place, where nothing is recorded. */
function into(services: Services, destination: string | undefined): DownloadDeps {
  if (destination === undefined) return services;
  const { registries, transfer, donors, reader, signatureVerifier, outbox, progress, clock, logger, settings, tool } = services;
  const cache = services.destination(destination);
  return {
    ...{ registries, transfer, reader, outbox, progress, clock, logger, settings, tool, cache, metadata: nullMetadata },
    ...(donors && { donors }),
    ...(signatureVerifier && { signatureVerifier }),
  };
}

function storedPath({ directory, files, snapshot }: DownloadedModel): string {
  return modelPath(directory, files, (file) => snapshotEntries([...snapshot.files.map(({ path }) => path), ...files]).get(file));
}

/** The file, where the reference selects one; else as in the store. */
function plainPath({ directory, files, reference }: DownloadedModel): string {
  const [only, second] = files;
  if (reference.selector !== undefined && only !== undefined && second === undefined) return join(directory, only);
  return modelPath(directory, files, encodeFilePath);
}

function pruning({ cache, housekeeper, clock, logger }: Services, grammar: ReferenceGrammar): PruneDeps {
  return { cache, housekeeper, clock, logger, ...grammar };
}

/** The reference with the version that the registry took where none was named. */
function withVersion({ reference, record }: DownloadedModel, grammar: ReferenceGrammar): RemoteReference {
  if (reference.version !== undefined || reference.digest !== undefined || !record) return reference;
  const { adapter, host, repository, selector } = reference;
  const parts = { adapter, host, repository, version: record.name, ...(selector !== undefined && { selector }) };
  return { ...reference, version: record.name, canonical: formatReference(parts, grammar) };
}

async function online(services: () => Promise<Services>): Promise<Services> {
  const wired = await services();
  if (!wired.settings.offline) return wired;
  throw new IlabError('E_OFFLINE', 'This needs the network, and ilab is set to be offline.', {
    hint: 'Leave out --offline, or unset ILAB_OFFLINE and models.offline.',
  });
}
