export { EXIT_CODES, type ErrorCode } from './errors/codes.ts';
export { IlabError, type IlabErrorOptions, isAbort, isIlabError } from './errors/ilab-error.ts';
export { redact } from './errors/redact.ts';
export { DIGEST_LENGTHS, type Digest, type DigestAlgorithm, digestParts, isDigest, parseDigest } from './model/digest.ts';
export { isLoopback, isPrivateHost } from './model/network-address.ts';
export type { PathReference, Reference, RemoteReference, ShortReference } from './model/reference.ts';
export type { ModelSettings, PullPolicy, RegistrySettings } from './model/settings.ts';
export type {
  RemoteArchive,
  RemoteBlob,
  RemoteFile,
  RemoteSnapshot,
  RemoteVersion,
  RepositoryId,
  SnapshotId,
  VersionKind,
} from './model/snapshot.ts';
export type { SourceManifest } from './model/source-manifest.ts';
export type {
  BrokenItem,
  MetadataFile,
  ModelFormat,
  SnapshotMembers,
  SnapshotMetadata,
  StoredFile,
  StoredRepository,
  StoredSnapshot,
  StoreItem,
  UnmanagedModel,
  VersionRecord,
} from './model/stored.ts';
export type { Cache, SnapshotWriter, StagedBlob, VerifiedFile } from './ports/cache.ts';
export type { CallOptions } from './ports/call-options.ts';
export { type Clock, systemClock } from './ports/clock.ts';
export type { Credential, Credentials } from './ports/credentials.ts';
export type { Http, HttpRequest, HttpResponse } from './ports/http.ts';
export { type Logger, nullLogger } from './ports/logger.ts';
export type { Metadata } from './ports/metadata.ts';
export type { ModelProbe, ProbeResult } from './ports/model-probe.ts';
export { nullProgress, type Progress, type ProgressTask } from './ports/progress.ts';
export { nullPrompt, type Prompt } from './ports/prompt.ts';
export type { Registries } from './ports/registries.ts';
export type { BlobLocation, Registry, RegistryCapabilities } from './ports/registry.ts';
export type { FetchRequest, FetchResult, Transfer, UnpackedMember, UnpackRequest } from './ports/transfer.ts';
export { formatReference, type ReferenceParts } from './reference/format-reference.ts';
export type { ReferenceGrammar } from './reference/grammar.ts';
export { parseReference } from './reference/parse-reference.ts';
export { modelPath } from './resolver/choose-files.ts';
export { compareVersions, highestVersion } from './resolver/compare-versions.ts';
export { type LiteralOptions, literalReference } from './resolver/literal-reference.ts';
export { type ResolverDeps, type ResolverRequest, resolveReference } from './resolver/resolve-reference.ts';
export type { PathResolution, RemoteResolution, Resolution, Step, TrackedResolution } from './resolver/resolution.ts';
export { isQuantisation, preferredQuantisation, quantisationOf } from './selection/quantisation.ts';
export { describeChoices, type FileFilters, selectFiles } from './selection/select-files.ts';
export type { DownloadDeps } from './use-cases/download/deps.ts';
export { type DownloadedModel, downloadModel } from './use-cases/download/download-model.ts';
export { type DownloadPlan, type DownloadRequest, planDownload } from './use-cases/download/plan-download.ts';
export { type InspectedFile, inspectModel, inspectRemote, type ModelInspection } from './use-cases/inspect-model.ts';
export { listModels, type ModelList, type ModelRow, shortRevision, snapshotReference } from './use-cases/list-models.ts';
export { listVersions, type OfferedVersion } from './use-cases/list-versions.ts';
export { type ResolvedModel, type ResolveDeps, resolveModel, type ResolveRequest } from './use-cases/resolve-model.ts';
export { planRemoval, type RemovalDeps, type RemovalPlan, removeModel } from './use-cases/remove-model.ts';
