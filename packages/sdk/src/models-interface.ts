import type {
  CallOptions,
  ConvertModelRequest,
  ConvertedModel,
  CopiedModel,
  CopyPlan,
  DownloadPlan,
  ExportedModel,
  ImportPlan,
  ImportRequest,
  ImportResult,
  KubernetesRequest,
  LoadedModel,
  ModelInspection,
  ModelList,
  OfferedVersion,
  PrunePlan,
  PruneRequest,
  Pruned,
  Reference,
  RemovalPlan,
  ResolvedModel,
  SavedModels,
  UpdateRequest,
  UpdatedName,
  UploadPlan,
  UploadedModel,
  Verification,
  VerifyModelsRequest,
} from '@ilab/core';
import type {
  KubernetesExport,
  DownloadOptions,
  DownloadResult,
  ResolveOptions,
  UploadOptions,
  CopyOptions,
  SaveOptions,
  LoadOptions,
} from './model-options.ts';

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
  exportToKubernetes(request: KubernetesRequest, options?: CallOptions): Promise<KubernetesExport>;
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
