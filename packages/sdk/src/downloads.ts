import { join } from 'node:path';
import {
  type CallOptions,
  type DownloadDeps,
  type DownloadedModel,
  downloadModel,
  encodeFilePath,
  formatReference,
  modelPath,
  nullMetadata,
  planDonations,
  planDownload,
  type ReferenceGrammar,
  referenceToFetch,
  type RemoteReference,
  snapshotEntries,
} from '@ilab/core';
import type { Services } from './composition/services.ts';
import { downloadRequest } from './download-request.ts';
import type { Models } from './models-interface.ts';
import { online } from './online.ts';
import { storing } from './storing.ts';

/** Does something with what was typed; an error says what is nearly called so. */
export type Advised = <T>(typed: string, options: CallOptions, work: () => Promise<T>) => Promise<T>;

export interface DownloadsDeps {
  readonly grammar: ReferenceGrammar;
  readonly services: () => Promise<Services>;
  readonly advised: Advised;
}

/** Downloads, into the store or a plain directory. */
export function createDownloads({ grammar, services, advised }: DownloadsDeps): Pick<Models, 'download' | 'planDownload'> {
  return {
    async download(request, options = {}) {
      const started = performance.now();
      const deps = await fetching(services, request.destination);
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
      const deps = await fetching(services, request.destination);
      return advised(request.reference, options, async () => {
        const { reference } = await referenceToFetch(deps, request.reference, options);
        const wanted = downloadRequest(request, reference, grammar);
        const registry = await deps.registries.open(wanted.reference.adapter, options);
        const plan = await planDownload(into(deps, request.destination), { registry, request: wanted }, options);
        return { ...plan, donations: await planDonations(deps, { plan, request: wanted }, options) };
      });
    },
  };
}

/** Where the files are to go is looked at before any host is asked. @throws IlabError E_STORE, E_OFFLINE */
function fetching(services: () => Promise<Services>, destination: string | undefined): Promise<Services> {
  return online(destination === undefined ? () => storing(services) : services);
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

/** The reference with the version that the registry took where none was named. */
function withVersion({ reference, record }: DownloadedModel, grammar: ReferenceGrammar): RemoteReference {
  if (reference.version !== undefined || reference.digest !== undefined || !record) return reference;
  const { adapter, host, repository, selector } = reference;
  const parts = { adapter, host, repository, version: record.name, ...(selector !== undefined && { selector }) };
  return { ...reference, version: record.name, canonical: formatReference(parts, grammar) };
}
