export type {
  AnswerCache,
  BlobLocation,
  CallOptions,
  Credential,
  Credentials,
  Digest,
  ErrorCode,
  Http,
  HttpRequest,
  HttpResponse,
  IlabErrorOptions,
  Logger,
  Registry,
  RegistryCapabilities,
  RegistrySettings,
  RemoteArchive,
  RemoteBlob,
  RemoteFile,
  RemoteReference,
  RemoteSnapshot,
  RemoteVersion,
  RepositoryId,
  SnapshotId,
  SourceManifest,
  VersionKind,
} from '@ilab/core/adapter';
export { digestParts, IlabError, isDigest, isIlabError, parseDigest, redact } from '@ilab/core/adapter';
export { parseFilePath, parseSize } from './parse-file.ts';
export { definePlugin, type Plugin, type PluginContext } from './plugin.ts';
export type { PluginManifest, RegistryManifest } from './plugin-manifest.ts';
