import {
  type Cache,
  convertModel,
  copyModel,
  type DownloadPlan,
  exportToHubCache,
  exportToKubernetes,
  importModels,
  inspectModel,
  inspectRemote,
  listModels,
  listOutdated,
  listVersions,
  loadModels,
  literalReference,
  type ModelSettings,
  namingNearest,
  parseReference,
  planCopy,
  planImport,
  planPrune,
  planRemoval,
  planUpload,
  type PruneDeps,
  pruneStore,
  type ReferenceGrammar,
  type RemoteReference,
  refuseTooLargeToFetch,
  removeModel,
  type ResolverDeps,
  resolveReference,
  saveModels,
  settledModel,
  updateModels,
  uploadModel,
  useFound,
  verifyModels,
} from '@ilab/core';
import type { Services } from './composition/services.ts';
import { type Advised, createDownloads } from './downloads.ts';
import type { Models } from './models-interface.ts';
import { online } from './online.ts';
import { storing } from './storing.ts';

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
  const advised: Advised = async (typed, options, work) =>
    namingNearest({ cache: await inventory(), grammar, aliases: settings.aliases }, typed, options, work);
  return {
    ...createDownloads({ grammar, services, advised }),
    async planImport(request, options = {}) {
      return planImport(await storing(services), request, options);
    },
    async import(plan, options = {}) {
      return importModels(await storing(services), plan, options);
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
    async exportToKubernetes(request, options = {}) {
      const { writeYaml } = await import('./write-yaml.ts');
      const manifests = await exportToKubernetes(await online(services), request, options);
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
      if ('path' in request) return loadModels(await storing(services), request, options);
      const deps = await storing(services);
      const { bytes, ...rest } = request;
      const { spool } = await import('./archives/spool.ts');
      await using spooled = await spool(settings.dir, bytes, options);
      return await loadModels(deps, { ...rest, path: spooled.path }, options);
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

function pruning({ cache, housekeeper, clock, logger }: Services, grammar: ReferenceGrammar): PruneDeps {
  return { cache, housekeeper, clock, logger, ...grammar };
}
