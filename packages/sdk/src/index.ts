export type {
  CallOptions,
  Diagnosis,
  CodeFile,
  DownloadPlan,
  EndpointRequest,
  Endpoints,
  HttpStream,
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
  LoadedModel,
  LoadRequest,
  KubernetesFlavour,
  KubernetesObject,
  KubernetesRequest,
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
  NameProblem,
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
  SavedModels,
  UpdatedName,
  UpdateRequest,
  ConvertedModel,
  CopiedModel,
  CopyPlan,
  UploadedModel,
  UploadPlan,
  Verification,
  VerifyModelsRequest,
  ChosenEngine,
  Engine,
  EngineEnd,
  EngineFit,
  EnginePlan,
  EngineRequest,
  EngineSession,
  JobDone,
  Json,
  MemoryNeed,
  PlanEngineRequest,
  Runner,
  RunnerEvent,
  RunnerModel,
  RunnerResult,
  RunnerTask,
  RunJobRequest,
  RunningModelNames,
  RunningServer,
  StartEngineRequest,
} from '@ilab/core';
export {
  closest,
  EXIT_CODES,
  FOREIGN_TOOLS,
  formatBytes,
  formatOf,
  formatsToRun,
  GGUF_TYPES,
  IlabError,
  isAbort,
  isIlabError,
  KUBERNETES_FLAVOURS,
  mostAlike,
  QUANTISATIONS,
  shortRevision,
} from '@ilab/core';
export type { SettingOverrides } from './config/load-settings.ts';
export { type ConfigurationFile, configurationFile, type MigratedConfiguration } from './config/configuration-file.ts';
export type { Conversion } from './config/convert/convert.ts';
export { refuseFormerKey } from './config/former-keys.ts';
export { type SettingDescription, SETTING_KEYS, SETTINGS } from './config/schema/settings.ts';
export type { ConfigFileState, LoadedSettings, Origin, Setting } from './config/setting.ts';
export { detectHardware } from './hardware/detect-hardware.ts';
export type { Gpu, Hardware } from './hardware/hardware.ts';
export { type SuggestedModel, suggestModels } from './hardware/suggest-models.ts';
export { createIlab } from './create-ilab.ts';
export type { Ilab, Logins, Store } from './ilab.ts';
export type {
  CopyOptions,
  DownloadOptions,
  DownloadResult,
  KubernetesExport,
  LoadOptions,
  ResolveOptions,
  SaveOptions,
  UploadOptions,
} from './model-options.ts';
export type { Models } from './models-interface.ts';
export type { IlabOptions } from './options.ts';
export { checkManifest } from './plugins/check-manifest.ts';
export type { ApartCommand, CommandOutcome } from './plugins/apart/run-apart.ts';
export { runPluginCommand } from './plugins/run-plugin-command.ts';
export type { PluginPackage } from './plugins/plugin-package.ts';
export { installedPlugins } from './plugins/installed-plugins.ts';
export { partNames, type PluginParts, pluginParts } from './plugins/plugin-parts.ts';
export { isBundledName } from './plugins/known-sources.ts';
export type { RegistryEntry } from './plugins/registry-table.ts';
export type { Engines } from './engines/engines.ts';
export { missingPackages, packagesFor, type PartFolder, partFolder } from './engines/engine-packages.ts';
export type { EngineEntry, RunnerEntry } from './engines/part-entries.ts';
export type { Runners } from './runners/runners.ts';
export type { Servers } from './servers.ts';
