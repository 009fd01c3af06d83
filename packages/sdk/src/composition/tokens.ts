import type {
  Cache,
  Clock,
  CredentialStore,
  Donor,
  Endpoints,
  Engines,
  ForeignModels,
  Housekeeper,
  Http,
  HubCache,
  Logger,
  MemoryGauge,
  Metadata,
  ModelArchives,
  ModelProbe,
  ModelReader,
  ModelSettings,
  Origins,
  Outbox,
  Progress,
  Prompt,
  Registries,
  RemoteReader,
  Runners,
  ShortNames,
  Transfer,
  Verifier,
} from '@ilab/core';
import type { LocalStore } from '@ilab/local-fs';
import type { ServiceIdentifier } from 'inversify';

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol.for(`@ilab/core:${name}`) as ServiceIdentifier<T>;
}

/** What the container knows, by port. */
export const TOKENS = {
  settings: token<ModelSettings>('ModelSettings'),
  environment: token<Environment>('Environment'),
  progress: token<Progress>('Progress'),
  prompt: token<Prompt>('Prompt'),
  shortNames: token<ShortNames>('ShortNames'),
  logger: token<Logger>('Logger'),
  clock: token<Clock>('Clock'),
  localStore: token<LocalStore>('LocalStore'),
  cache: token<Cache>('Cache'),
  metadata: token<Metadata>('Metadata'),
  probe: token<ModelProbe>('ModelProbe'),
  donors: token<readonly Donor[]>('Donors'),
  pluginDonors: token<readonly (Donor & Closeable)[]>('PluginDonors'),
  foreign: token<ForeignModels>('ForeignModels'),
  hubCache: token<HubCache>('HubCache'),
  outbox: token<Outbox>('Outbox'),
  credentials: token<CredentialStore>('CredentialStore'),
  reader: token<ModelReader>('ModelReader'),
  verifier: token<Verifier>('Verifier'),
  housekeeper: token<Housekeeper>('Housekeeper'),
  archives: token<ModelArchives>('ModelArchives'),
  http: token<Http & Closeable>('Http'),
  endpoints: token<Endpoints & Closeable>('Endpoints'),
  remoteReader: token<RemoteReader>('RemoteReader'),
  transfer: token<Transfer & Closeable>('Transfer'),
  registries: token<Registries & Closeable>('Registries'),
  engines: token<Engines>('Engines'),
  runners: token<Runners>('Runners'),
  memory: token<MemoryGauge>('MemoryGauge'),
  origins: token<Origins>('Origins'),
} as const;

/** The process around the library, as its caller gives it. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  /** Where ilab keeps what it adds for the user, absolute. */
  readonly dataDirectory: string;
  /** Name and version of the program, as `ilab/1.2.3`: the User-Agent, and what `.metadata` records. */
  readonly tool: string;
}

/** Holds connections or threads. */
export interface Closeable {
  close(): Promise<void>;
}
