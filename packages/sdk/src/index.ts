export type {
  CallOptions,
  Diagnosis,
  CodeFile,
  DownloadPlan,
  ErrorCode,
  ExportedModel,
  FoundLogin,
  ForeignTool,
  ImportedModel,
  ImportPlan,
  ImportRequest,
  ImportResult,
  Finding,
  DiskUsage,
  FileOf,
  LeftOutFiles,
  Leftover,
  Logger,
  Login,
  LoginRequest,
  Logout,
  ModelFacts,
  ModelFormat,
  ModelInspection,
  ModelList,
  ModelRow,
  MovedStore,
  MovePlan,
  OfferedVersion,
  Progress,
  ProgressTask,
  Prompt,
  Pruned,
  PrunePlan,
  PruneRequest,
  PullPolicy,
  Reference,
  RemovalPlan,
  ResolvedModel,
  UploadedModel,
  UploadPlan,
  Verification,
  VerifyModelsRequest,
} from '@ilab/core';
export { EXIT_CODES, FOREIGN_TOOLS, IlabError, isAbort, isIlabError } from '@ilab/core';
export type { SettingOverrides } from './config/load-settings.ts';
export type { LoadedSettings, Origin, Setting } from './config/setting.ts';
export { createIlab } from './create-ilab.ts';
export type { DownloadOptions, DownloadResult, Ilab, Logins, Models, Store, UploadOptions } from './ilab.ts';
export type { IlabOptions } from './options.ts';
export type { PluginPackage } from './plugins/plugin-package.ts';
export { type RegistryEntry, registryEntries } from './plugins/registry-table.ts';
