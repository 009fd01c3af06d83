import type {
  Cache,
  Converter,
  DownloadDeps,
  DownloadTarget,
  Endpoints,
  Engines,
  ForeignModels,
  Housekeeper,
  Http,
  HubCache,
  MemoryGauge,
  ModelArchives,
  ModelProbe,
  Origins,
  Outbox,
  Prompt,
  Relocation,
  RemoteReader,
  Runners,
  ShortNames,
  SignatureVerifier,
  Verifier,
} from '@ilab/core';
import { refuseObstacle } from '@ilab/local-fs';
import { createContainer, type Outside } from './container.ts';
import { createLazyConverter } from './lazy-converter.ts';
import { createLazySignatureVerifier } from './lazy-signature-verifier.ts';
import { TOKENS } from './tokens.ts';

/** The ports, wired, as the use cases take them. Each is made when it is first read. */
export interface Services extends DownloadDeps {
  readonly cache: Cache;
  readonly http: Http;
  readonly probe: ModelProbe;
  readonly prompt: Prompt;
  readonly shortNames: ShortNames;
  /** Moves the models directory. */
  readonly relocation: Relocation;
  /** A directory of the user's as the target of a download. */
  destination(directory: string): DownloadTarget;
  readonly foreign: ForeignModels;
  readonly hubCache: HubCache;
  readonly outbox: Outbox;
  readonly remoteReader: RemoteReader;
  readonly signatureVerifier: SignatureVerifier;
  readonly verifier: Verifier;
  readonly housekeeper: Housekeeper;
  readonly archives: ModelArchives;
  readonly endpoints: Endpoints;
  readonly engines: Engines;
  readonly runners: Runners;
  readonly memory: MemoryGauge;
  readonly origins: Origins;
  readonly converter: Converter;
  /** @throws IlabError E_STORE where the models directory can't be one */
  requireStore(): void;
  /** Ends connections and threads. */
  close(): Promise<void>;
}

/** Makes the services of one `createIlab()`. */
export function createServices(outside: Outside): Services {
  const container = createContainer(outside);
  const signatureVerifier = createLazySignatureVerifier({ table: outside.parts.verifiers, logger: outside.logger });
  return {
    get registries() {
      return container.get(TOKENS.registries);
    },
    get cache() {
      return container.get(TOKENS.cache);
    },
    get metadata() {
      return container.get(TOKENS.metadata);
    },
    get http() {
      return container.get(TOKENS.http);
    },
    get probe() {
      return container.get(TOKENS.probe);
    },
    get donors() {
      return container.get(TOKENS.donors);
    },
    hash: (path, options) => container.get(TOKENS.foreign).hash(path, options),
    get foreign() {
      return container.get(TOKENS.foreign);
    },
    get hubCache() {
      return container.get(TOKENS.hubCache);
    },
    get outbox() {
      return container.get(TOKENS.outbox);
    },
    get reader() {
      return container.get(TOKENS.reader);
    },
    get remoteReader() {
      return container.get(TOKENS.remoteReader);
    },
    get verifier() {
      return container.get(TOKENS.verifier);
    },
    get housekeeper() {
      return container.get(TOKENS.housekeeper);
    },
    get archives() {
      return container.get(TOKENS.archives);
    },
    get endpoints() {
      return container.get(TOKENS.endpoints);
    },
    get engines() {
      return container.get(TOKENS.engines);
    },
    get runners() {
      return container.get(TOKENS.runners);
    },
    get shortNames() {
      return container.get(TOKENS.shortNames);
    },
    get origins() {
      return container.get(TOKENS.origins);
    },
    get memory() {
      return container.get(TOKENS.memory);
    },
    get transfer() {
      return container.get(TOKENS.transfer);
    },
    get relocation() {
      return container.get(TOKENS.localStore).relocation;
    },
    signatureVerifier,
    converter: createLazyConverter(outside.environment.env),
    destination: (directory) => container.get(TOKENS.localStore).destination(directory),
    progress: outside.progress,
    prompt: outside.prompt,
    clock: outside.clock,
    logger: outside.logger,
    settings: outside.settings,
    tool: outside.environment.tool,
    requireStore: () => refuseObstacle(outside.settings.dir),
    async close() {
      await signatureVerifier.close();
      await container.unbindAllAsync();
    },
  };
}
