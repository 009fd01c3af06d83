import type { Clock, Logger, Progress, Prompt } from '@ilab/core';
import type { SettingOverrides } from './config/load-settings.ts';
import type { PluginPackage } from './plugins/plugin-package.ts';

/** What a program can give to {@link createIlab}; everything has a default that suits a server without a terminal. */
export interface IlabOptions {
  /** Environment variables; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Home directory; default the user's. */
  readonly home?: string;
  /** What relative paths are relative to; default `process.cwd()`. */
  readonly cwd?: string;
  /** Where plugins and engines are installed; default as the command line has it: `ILAB_DATA_DIR`, else `ilab` below `XDG_DATA_HOME`. */
  readonly dataDir?: string;
  /** Settings that win over environment and configuration file. */
  readonly settings?: SettingOverrides;
  /** Packages that bring sources, in the order of their precedence; default the first-party ones. */
  readonly plugins?: readonly PluginPackage[];
  /** Watches long work; default nobody. */
  readonly progress?: Progress;
  /** Answers questions; default nobody, so that ambiguity is an error. */
  readonly prompt?: Prompt;
  /** Takes warnings; default nobody. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Name and version of the program, as `name/1.2.3`: what registries see and `.metadata` records. Default `ilab/<version>`. */
  readonly tool?: string;
}
