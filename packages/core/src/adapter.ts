// What an adapter needs of the core: errors, types and ports. The use cases are in index.ts, and whoever is loaded late and often should not load them.
export { EXIT_CODES, type ErrorCode } from './errors/codes.ts';
export { IlabError, type IlabErrorOptions, isAbort, isIlabError } from './errors/ilab-error.ts';
export { redact } from './errors/redact.ts';
export { checkRemoteSnapshot } from './model/check-remote-snapshot.ts';
export { DIGEST_LENGTHS, type Digest, type DigestAlgorithm, digestParts, isContentDigest, isDigest, parseDigest } from './model/digest.ts';
export { describeHolder, type Holder } from './model/holder.ts';
export type { Finding } from './model/finding.ts';
export { decodeName, encodeName, foldName } from './model/disk-name.ts';
export { encodeFilePath, isFilePath } from './model/file-path.ts';
export { isLoopback, isPrivateHost } from './model/network-address.ts';
export type { PathReference, Reference, RemoteReference, ShortReference } from './model/reference.ts';
export { isOllamaType, layerNames, type NamedByType, OLLAMA_CONFIG, ollamaFileName } from './model/layer-names.ts';
export { LOCAL_HOST } from './model/local-host.ts';
export type { CodeFile, ModelFacts } from './model/facts.ts';
export { codeByName } from './model/runs-code.ts';
export {
  type CarrierSettings,
  type HostCertificates,
  type ModelSettings,
  type PullPolicy,
  type RegistrySettings,
  type SignaturePolicy,
  type SignerIdentity,
  type VerifierPolicy,
  settingsOfHost,
} from './model/settings.ts';
export { type Attachment, type OwnSigner, SIGNATURE_FILE, type SignatureRecord, type Signer, type VouchedSigner } from './model/signature.ts';
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
export { type SnapshotEntries, snapshotEntries } from './model/snapshot-entries.ts';
export type { SourceManifest } from './model/source-manifest.ts';
export { parseUnambiguousJson } from './model/unambiguous-json.ts';
export type {
  BrokenItem,
  MetadataFile,
  ModelFormat,
  OfflineTier,
  SnapshotMembers,
  SnapshotMetadata,
  StoredFile,
  StoredRepository,
  StoredSnapshot,
  StoreItem,
  UnmanagedModel,
  VersionRecord,
} from './model/stored.ts';
export type { AnswerCache } from './ports/answer-cache.ts';
export type { Cache, SnapshotWriter, StagedBlob, StageOptions, VerifiedFile } from './ports/cache.ts';
export type { CopyRequest, CopyResult } from './ports/copy.ts';
export type { CallOptions } from './ports/call-options.ts';
export type { Check } from './ports/check.ts';
export { type Clock, systemClock } from './ports/clock.ts';
export type { Credential, Credentials, CredentialStore } from './ports/credentials.ts';
export type { Adoption, Donation, Donor } from './ports/donor.ts';
export type { DeliveryRequest, DeliverySite, OlderFile, RangeAnswer, RangeRequest } from './ports/delivery.ts';
export type { EndpointRequest, Endpoints } from './ports/endpoints.ts';
export type { EngineDescription, Engines } from './ports/engines.ts';
export type { Engine, EngineAdapter, EngineEnd, EngineFit, EngineModel, EngineRequest, EngineSession, MemoryNeed } from './ports/engine.ts';
export type { DownloadTarget, ExpectedFile, StandingSnapshot, WriteOptions } from './ports/download-target.ts';
export { FOREIGN_TOOLS, type ForeignFile, type ForeignModel, type ForeignModels, type ForeignTool, type RefusedModel } from './ports/foreign-models.ts';
export type { HubCache, HubCacheEntry, HubCacheFile } from './ports/hub-cache.ts';
export type { Http, HttpBody, HttpRequest, HttpResponse, HttpStream } from './ports/http.ts';
export type { Lease } from './ports/lease.ts';
export type { RunningModelNames, RunningServer, Servers } from './ports/servers.ts';
export type { Login, LoginRequest, Logout } from './ports/login.ts';
export type { Housekeeper, Leftover } from './ports/housekeeper.ts';
export { type Logger, nullLogger } from './ports/logger.ts';
export type { MemoryGauge } from './ports/memory-gauge.ts';
export { type Metadata, nullMetadata } from './ports/metadata.ts';
export type { ArchivedModel, ModelArchives, OpenArchive, OutgoingModel, PackedModels } from './ports/model-archives.ts';
export type { ModelProbe, ProbeResult } from './ports/model-probe.ts';
export type { ModelReader } from './ports/model-reader.ts';
export { nullProgress, type Progress, type ProgressTask } from './ports/progress.ts';
export { nullPrompt, type Prompt } from './ports/prompt.ts';
export type { ShortNameEntry, ShortNameRules, ShortNames } from './ports/short-names.ts';
export type { Registries } from './ports/registries.ts';
export type { BlobLocation, FailedLocation, LocateOptions, Registry, RegistryCapabilities, UploadCapabilities } from './ports/registry.ts';
export type { ReadFrom, ReadRequest, RemoteReader } from './ports/remote-reader.ts';
export type { DirectoryChange, DirectorySetting, MovePlan, Relocation } from './ports/relocation.ts';
export type { Json, Runner, RunnerEvent, RunnerJob, RunnerEndpoint, RunnerModel, RunnerResult, RunnerTask } from './ports/runner.ts';
export type { RunnerDescription, Runners } from './ports/runners.ts';
export type { Delivery, FetchRequest, FetchResult, Transfer, UnpackedMember, UnpackRequest } from './ports/transfer.ts';
export type { UploadFile, UploadOptions, UploadOrigin, UploadRequest, UploadResult } from './ports/upload.ts';
export { forEachAtOnce } from './concurrency/for-each-at-once.ts';
export type { OutgoingFile, OutgoingFiles, Outbox } from './ports/outbox.ts';
export type { PluginDonor } from './ports/plugin-donor.ts';
export type { PluginVerdict, PluginVerifier, PluginVerifierRequest, TrustFile } from './ports/plugin-verifier.ts';
export type { SignatureRequest, SignatureVerdict, SignatureVerifier, SignedFile } from './ports/signature-verifier.ts';
export type { AsideFile, FileFinding, Verifier, VerifyRequest, VerifyTarget } from './ports/verifier.ts';
