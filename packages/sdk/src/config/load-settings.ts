import { join, resolve } from 'node:path';
import { IlabError, type ModelSettings, type PullPolicy, type RegistrySettings } from '@ilab/core';
import type { Config } from './config-schema.ts';
import { networkLimits } from './network-limits.ts';
import { readConfig } from './read-config.ts';
import { signaturePolicies } from './signature-policies.ts';
import type { LoadedSettings, Origin, Setting } from './setting.ts';

/** What a caller sets for this run, as flags do. */
export interface SettingOverrides {
  readonly dir?: string;
  readonly extraDirs?: readonly string[];
  readonly pull?: PullPolicy;
  readonly offline?: boolean;
  /** Whether what other tools have is taken instead of fetched; default true. */
  readonly donors?: boolean;
  /** Connections at once, over all files. */
  readonly maxConnections?: number;
  /** Bytes a second, of all connections together; also as `500k`, `10M`, `1G`. */
  readonly limitRate?: number | string;
}

/** Where settings are read from. */
export interface SettingSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  readonly overrides?: SettingOverrides;
}

/**
 * Reads the settings: flag, environment (`ILAB_…`), configuration file, default, in this order.
 * @throws IlabError E_BAD_CONFIG, E_USAGE (a bad value in the environment)
 */
export async function loadSettings(sources: SettingSources): Promise<LoadedSettings> {
  const { env, home, cwd, overrides = {} } = sources;
  const path = env['ILAB_CONFIG'] ?? join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'instructlab', 'config.yaml');
  const { config, exists, version } = await readConfig(path);
  const models = config.models ?? {};
  const settings: Setting[] = [];
  const choose = chooser(settings, path);
  const directory = (text: string) => resolve(cwd, text.replace(/^~(?=$|\/)/, home));

  const cache = env['XDG_CACHE_HOME'] || join(home, '.cache');
  const data = env['XDG_DATA_HOME'] || join(home, '.local', 'share');
  const loaded: ModelSettings = {
    dir: directory(choose('models.dir', [overrides.dir, env['ILAB_MODELS_DIR'], models.dir, join(cache, 'instructlab', 'models')], 'ILAB_MODELS_DIR')),
    checkpointsDir: directory(
      choose(
        'models.checkpoints_dir',
        [undefined, env['ILAB_CHECKPOINTS_DIR'], models.checkpoints_dir, join(data, 'instructlab', 'checkpoints')],
        'ILAB_CHECKPOINTS_DIR',
      ),
    ),
    extraDirs: choose<readonly string[]>('models.extra_dirs', [overrides.extraDirs, undefined, models.extra_dirs, []]).map(directory),
    pull: choose('models.pull', [overrides.pull, pullPolicy(env['ILAB_PULL']), models.pull, 'missing'], 'ILAB_PULL'),
    offline: choose('models.offline', [overrides.offline, truth(env['ILAB_OFFLINE']), models.offline, false], 'ILAB_OFFLINE'),
    donors: choose('models.donors', [overrides.donors, truth(env['ILAB_DONORS']), models.donors, true], 'ILAB_DONORS'),
    ...networkLimits(
      choose<string | number | undefined>(
        'models.max_connections',
        [overrides.maxConnections, text(env['ILAB_MAX_CONNECTIONS']), models.max_connections, undefined],
        'ILAB_MAX_CONNECTIONS',
      ),
      choose<string | number | undefined>(
        'models.limit_rate',
        [overrides.limitRate, text(env['ILAB_LIMIT_RATE']), models.limit_rate, undefined],
        'ILAB_LIMIT_RATE',
      ),
    ),
    aliases: aliasTargets(choose('models.aliases', [undefined, undefined, models.aliases, {}])),
    shortNames: {
      mode: choose('models.short_names.mode', [undefined, undefined, models.short_names?.mode, 'enforcing']),
      search: choose('models.short_names.search', [undefined, undefined, models.short_names?.search, []]),
    },
    registries: registrySettings(choose('models.registries', [undefined, undefined, models.registries, {}])),
    signatures: signaturePolicies(choose('models.signatures', [undefined, undefined, models.signatures, []]), { file: path, home }),
  };
  return { models: loaded, settings, file: { path, exists, ...(version !== undefined && { version }) } };
}

/** Values of one setting, by origin: flag, environment, file, default. */
type Candidates<T> = readonly [flag: T | undefined, environment: T | undefined, file: T | undefined, fallback: T];

function chooser(settings: Setting[], path: string) {
  return <T>(key: string, [flag, environment, file, fallback]: Candidates<T>, variable = ''): T => {
    const ordered: readonly [T | undefined, Origin][] = [
      [flag, 'flag'],
      [environment, `environment ${variable}`],
      [file, `file ${path}`],
    ];
    const [value, origin] = ordered.find(([candidate]) => candidate !== undefined) ?? [undefined, 'default'];
    const chosen = value ?? fallback;
    settings.push({ key, value: chosen, origin });
    return chosen;
  };
}

function pullPolicy(text: string | undefined): PullPolicy | undefined {
  if (text === undefined || text === '') return undefined;
  if (text === 'missing' || text === 'never' || text === 'newer' || text === 'always') return text;
  throw new IlabError('E_USAGE', `ILAB_PULL is “${text}”.`, { hint: 'It can be missing, never, newer or always.' });
}

function truth(text: string | undefined): boolean | undefined {
  return text === undefined || text === '' ? undefined : !/^(0|false|no|off)$/i.test(text);
}

function text(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

type ModelConfig = NonNullable<Config['models']>;

function aliasTargets(aliases: NonNullable<ModelConfig['aliases']>): Record<string, string> {
  return Object.fromEntries(Object.entries(aliases).map(([name, target]) => [name, typeof target === 'string' ? target : target.model]));
}

function registrySettings(registries: NonNullable<ModelConfig['registries']>): Record<string, RegistrySettings> {
  return Object.fromEntries(
    Object.entries(registries).map(([host, { insecure, mirrors, ca, source }]) => [
      host.toLowerCase(),
      {
        ...(insecure !== undefined && { insecure }),
        ...(mirrors !== undefined && { mirrors }),
        ...(typeof ca === 'string' && { ca }),
        ...(source !== undefined && { source }),
      },
    ]),
  );
}
