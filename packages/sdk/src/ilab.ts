import type {
  CallOptions,
  Diagnosis,
  DownloadPlan,
  Endpoints,
  ExportedModel,
  FoundLogin,
  KubernetesManifests,
  KubernetesRequest,
  LeftOutFiles,
  LoadedModel,
  LoadRequest,
  Login,
  LoginRequest,
  Logout,
  ModelInspection,
  ModelList,
  MovedStore,
  MovePlan,
  ImportPlan,
  ImportRequest,
  ImportResult,
  OfferedVersion,
  Pruned,
  PrunePlan,
  PruneRequest,
  PullPolicy,
  Reference,
  RemovalPlan,
  ResolvedModel,
  SavedModels,
  UpdatedName,
  UpdateRequest,
  ConvertedModel,
  ConvertModelRequest,
  CopiedModel,
  CopyModelRequest,
  CopyPlan,
  UploadedModel,
  UploadModelRequest,
  UploadPlan,
  Verification,
  VerifyModelsRequest,
} from '@ilab/core';
import type { LoadedSettings, Setting } from './config/setting.ts';
import type { Engines } from './engines/engines.ts';
import type { RegistryEntry } from './plugins/registry-table.ts';
import type { Runners } from './runners/runners.ts';
import type { Servers } from './servers.ts';

/** What to write for a cluster, as a user says it. */
export interface KubernetesOptions extends Omit<KubernetesRequest, 'reference'> {
  /** A reference or an alias; taken literally, without short names. */
  readonly reference: string;
}

export interface KubernetesExport extends KubernetesManifests {
  /** The objects, to apply as they are. */
  readonly yaml: string;
}

/** What to download, as a user says it. */
export interface DownloadOptions {
  /** A reference, an alias, or a short name that somebody said where to look for; never the end of a name that is here. */
  readonly reference: string;
  /** Version name, where the reference has none. */
  readonly revision?: string;
  /** Globs of files to take. */
  readonly include?: readonly string[];
  /** Globs of files to leave out. */
  readonly exclude?: readonly string[];
  /** Fetch again what is here; with `destination`, replace files that are not the model's. */
  readonly force?: boolean;
  /** Whether to take what other tools on this machine have; default as set (`models.donors`). */
  readonly donors?: boolean;
  /** Plain files into this directory instead of the store. */
  readonly destination?: string;
}

export interface DownloadResult {
  /** Canonical. */
  readonly reference: string;
  readonly revision: string;
  /** Real path of the snapshot or the destination, or of the file where the reference selects one. */
  readonly path: string;
  readonly files: readonly string[];
  /** Of the files, in bytes. */
  readonly bytes: number;
  /** Bytes that came over the network. */
  readonly fetched: number;
  /** Bytes taken from equal files that were on this machine. */
  readonly linked: number;
  /** Those of `linked` that another tool had, by the tool's name. */
  readonly donated: Readonly<Record<string, number>>;
  /** Files that were not taken because nobody asked for any by name: other quantisations, the same weights in other formats. */
  readonly leftOut: readonly LeftOutFiles[];
  readonly seconds: number;
}

/** What to resolve, as a user says it. */
export interface ResolveOptions {
  /** As `--model` takes it. */
  readonly reference: string;
  /** Overrides the configured policy. */
  readonly pull?: PullPolicy;
  /** Whether it is to run on this machine. */
  readonly toRun?: boolean;
  /** Told what would be fetched, before anything is; whoever throws has nothing fetched. */
  readonly beforeFetching?: (plan: DownloadPlan) => Promise<void>;
}

/** What to upload, as a user says it. */
export interface UploadOptions extends Omit<UploadModelRequest, 'destination'> {
  /** A repository, perhaps with a branch; taken literally, without short names. */
  readonly destination: string;
}

/** A copy from one registry to another, as a program asks for it. */
export interface CopyOptions extends Omit<CopyModelRequest, 'source' | 'destination'> {
  /** Both taken literally, without short names. */
  readonly source: string;
  readonly destination: string;
}

/** Models to save, as a program asks for it. */
export interface SaveOptions {
  /** As `--model` takes them. */
  readonly references: readonly string[];
  readonly write: (archive: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** An archive to load: a file, or bytes as they come, which are kept as a file of the models directory while it is loaded. */
export type LoadOptions = Omit<LoadRequest, 'path'> & ({ readonly path: string } | { readonly bytes: AsyncIterable<Uint8Array> });

/** Models: fetched, found, listed, removed. Every method throws `IlabError` only. */
export interface Models {
  download(request: DownloadOptions, options?: CallOptions): Promise<DownloadResult>;
  /** What a download would do, and what other tools would give, without doing it. */
  planDownload(request: DownloadOptions, options?: CallOptions): Promise<DownloadPlan>;
  /** What an import would bring in, and under which names. Nothing is written. */
  planImport(request: ImportRequest, options?: CallOptions): Promise<ImportPlan>;
  /** Brings in what was planned, by sharing bytes where that is possible; the originals stay as they are. */
  import(plan: ImportPlan, options?: CallOptions): Promise<ImportResult>;
  list(options?: CallOptions): Promise<ModelList>;
  /** The rows whose names point elsewhere at their registries by now, and those of which that can't be known, with the reason. */
  listOutdated(options?: CallOptions): Promise<ModelList>;
  /** Asks where the names that are here point now, and fetches what moved; with `check`, only tells. */
  update(request?: UpdateRequest, options?: CallOptions): Promise<readonly UpdatedName[]>;
  inspect(request: { readonly reference: string; readonly remote?: boolean }, options?: CallOptions): Promise<ModelInspection>;
  /**
   * The one resolver: what `--model` means, downloaded if the pull policy says so. What is `toRun` is not downloaded unasked when it is larger
   * than the memory that is free (E_NO_MEMORY).
   */
  resolve(request: ResolveOptions, options?: CallOptions): Promise<ResolvedModel>;
  /** Makes a GGUF file of safetensors, with a note of what it was made of. @throws IlabError E_NOT_A_MODEL for what is not known exactly */
  convert(request: ConvertModelRequest, options?: CallOptions): Promise<ConvertedModel>;
  /** Puts a model of huggingface.co into the cache of Hugging Face's tools, sharing its bytes. */
  exportToHubCache(request: { readonly reference: string }, options?: CallOptions): Promise<ExportedModel>;
  /** What a cluster needs to serve a model of an OCI registry, pinned by digest. The registry is asked, nothing is downloaded. */
  exportToKubernetes(request: KubernetesOptions, options?: CallOptions): Promise<KubernetesExport>;
  /** What an upload would send at most, and where to. Nobody is asked. */
  planUpload(request: UploadOptions, options?: CallOptions): Promise<UploadPlan>;
  /** Uploads what was planned; what the registry has is not sent. */
  upload(plan: UploadPlan, options?: CallOptions): Promise<UploadedModel>;
  /** What a copy would bring from one registry to another. The source is asked. */
  planCopy(request: CopyOptions, options?: CallOptions): Promise<CopyPlan>;
  /** Copies what was planned; nothing of it is kept here. */
  copy(plan: CopyPlan, options?: CallOptions): Promise<CopiedModel>;
  /** Writes models that are here as one archive; `write` gets it once, from its beginning to its end. */
  save(request: SaveOptions, options?: CallOptions): Promise<SavedModels>;
  /** Brings the models of an archive into the store, without a network; with `dryRun`, only tells. */
  load(request: LoadOptions, options?: CallOptions): Promise<readonly LoadedModel[]>;
  /** How a reference is read: no disk, no network. */
  parse(reference: string): Reference;
  versions(request: { readonly reference: string }, options?: CallOptions): Promise<readonly OfferedVersion[]>;
  /** What a removal would take away, and how many bytes would come back. */
  planRemoval(request: { readonly reference: string }, options?: CallOptions): Promise<RemovalPlan>;
  remove(plan: RemovalPlan, options?: CallOptions): Promise<{ readonly bytes: number }>;
  /** Holds what is on disk against what was recorded when it came; without the network, unless it is to repair. */
  verify(request: VerifyModelsRequest, options?: CallOptions): Promise<Verification>;
  /** What nobody needs any more, and how many bytes would come back. */
  planPrune(request?: PruneRequest, options?: CallOptions): Promise<PrunePlan>;
  prune(plan: PrunePlan, options?: CallOptions): Promise<Pruned>;
}

/** The models directory as a whole. */
export interface Store {
  /** Absolute; it need not exist. */
  readonly directory: string;
  /** What a move would do, without doing it. */
  planMove(request: { readonly directory: string }, options?: CallOptions): Promise<MovePlan>;
  /** Moves the store, and lets the configuration point to its new place where it is the configuration that decides. */
  move(plan: MovePlan, options?: CallOptions): Promise<MovedStore>;
}

/** Who the user is to registries. */
export interface Logins {
  /** What a host wants to know for a login. Nobody is asked. */
  find(host: string, options?: CallOptions): Promise<FoundLogin>;
  /** Checks a credential with its host and keeps it where other tools find it, too. */
  login(request: LoginRequest, options?: CallOptions): Promise<Login & { readonly host: string }>;
  logout(host: string, options?: CallOptions): Promise<Logout & { readonly host: string }>;
}

/** The library: everything the command line does. */
export interface Ilab {
  readonly models: Models;
  readonly store: Store;
  readonly logins: Logins;
  readonly engines: Engines;
  readonly runners: Runners;
  readonly servers: Servers;
  /** The way to servers that run models: to those of this machine directly, to others as the environment says. */
  readonly endpoints: Endpoints;
  readonly registries: { list(): readonly RegistryEntry[] };
  readonly config: {
    show(): LoadedSettings;
    /** One key, as it is used, and where it comes from; undefined where nothing says anything of it. */
    get(key: string): Setting | undefined;
  };
  /** Looks at everything that ilab depends on; `offline` leaves the registries alone. */
  doctor(options?: CallOptions): Promise<Diagnosis>;
  /** Ends connections and threads; call it when done. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
