import { join, resolve } from 'node:path';
import { IlabError, type ModelSettings, type PullPolicy } from '@ilab/core';
import { SettingChooser } from './choose-setting.ts';
import { expandVariables } from './expand-variables.ts';
import { keyPath, valueAt } from './key-path.ts';
import { aliasOrigins, aliasTargets, carrierSettings, registrySettings, shortNameSettings } from './model-config.ts';
import { networkLimits } from './network-limits.ts';
import { type ConfigFile, readConfig, remarkOn } from './read-config.ts';
import { describe, MODEL_KEYS, type SettingKey } from './schema/settings.ts';
import { signaturePolicies } from './signature-policies.ts';
import type { ConfigFileState, LoadedSettings, Setting } from './setting.ts';

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

/** Where the configuration file is, whether or not it exists. */
export function configPath({ env, home, cwd }: Pick<SettingSources, 'env' | 'home' | 'cwd'>): string {
  const given = env['ILAB_CONFIG'];
  return given ? resolve(cwd, given) : join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'instructlab', 'config.yaml');
}

/**
 * Reads the settings: flag, environment (`ILAB_…`), configuration file, default, in this order.
 * @throws IlabError E_BAD_CONFIG, E_USAGE (a bad value in the environment)
 */
export async function loadSettings(sources: SettingSources): Promise<LoadedSettings> {
  const file = await readConfig(configPath(sources));
  const chooser = new SettingChooser(file);
  const models = modelSettings(chooser, { sources, file });
  for (const key of MODEL_KEYS) chooseModel(key, { chooser, sources, file });
  return {
    models,
    settings: chooser.settings,
    file: stateOf(file),
    config: file.config,
    find: (key) => findSetting(key, { file, settings: chooser.settings }),
  };
}

type Given = { readonly sources: SettingSources; readonly file: ConfigFile };

function modelSettings(chooser: SettingChooser, { sources: { env, home, cwd, overrides = {} }, file }: Given): ModelSettings {
  const models = file.config.models ?? {};
  const written = (text: string | null | undefined) => (typeof text === 'string' ? expandVariables(text, env) : undefined);
  const directory = (text: string) => resolve(cwd, text.replace(/^~(?=$|\/)/, home));
  const cache = env['XDG_CACHE_HOME'] || join(home, '.cache');
  const data = env['XDG_DATA_HOME'] || join(home, '.local', 'share');
  const said = (key: SettingKey) => env[describe(key).environment ?? ''] || undefined;
  const limit = (key: 'models.max_connections' | 'models.limit_rate', flag: string | number | undefined, value: string | number | null | undefined) =>
    chooser.choose<string | number | undefined>(key, { flag, environment: said(key), file: value, fallback: undefined });
  const choose = chooser.choose.bind(chooser);
  return {
    dir: directory(
      choose('models.dir', { flag: overrides.dir, environment: said('models.dir'), file: written(models.dir), fallback: join(cache, 'instructlab', 'models') }),
    ),
    checkpointsDir: directory(
      choose('models.checkpoints_dir', {
        environment: said('models.checkpoints_dir'),
        file: written(models.checkpoints_dir),
        fallback: join(data, 'instructlab', 'checkpoints'),
      }),
    ),
    extraDirs: choose<readonly string[]>('models.extra_dirs', {
      flag: overrides.extraDirs,
      file: models.extra_dirs?.map((text) => expandVariables(text, env)),
      fallback: [],
    }).map(directory),
    pull: choose<PullPolicy>('models.pull', { flag: overrides.pull, environment: pullPolicy(said('models.pull')), file: models.pull, fallback: 'missing' }),
    offline: choose<boolean>('models.offline', { flag: overrides.offline, environment: truth(said('models.offline')), file: models.offline, fallback: false }),
    donors: choose<boolean>('models.donors', { flag: overrides.donors, environment: truth(said('models.donors')), file: models.donors, fallback: true }),
    ...networkLimits(
      limit('models.max_connections', overrides.maxConnections, models.max_connections),
      limit('models.limit_rate', overrides.limitRate, models.limit_rate),
    ),
    aliases: aliasTargets(choose('models.aliases', { file: models.aliases, fallback: {} }), env),
    aliasOrigins: aliasOrigins(file),
    shortNames: shortNameSettings(chooser, models),
    registries: registrySettings(choose('models.registries', { file: models.registries, fallback: {} })),
    carriers: carrierSettings(choose('models.carriers', { file: models.carriers, fallback: {} })),
    signatures: signaturePolicies(choose('models.signatures', { file: models.signatures, fallback: [] }), { file: file.path, home }),
  };
}

/** The model of a command: a reference, read when it is used. */
function chooseModel(key: SettingKey, { chooser, sources: { env }, file }: Given & { readonly chooser: SettingChooser }): void {
  const { environment = '', fallback } = describe(key);
  const written = valueAt(file.config, key.split('.'));
  chooser.choose<unknown>(key, {
    environment: env[environment] || undefined,
    file: typeof written === 'string' ? expandVariables(written, env) : undefined,
    fallback,
  });
}

function findSetting(key: string, { file, settings }: { readonly file: ConfigFile; readonly settings: readonly Setting[] }): Setting | undefined {
  const known = settings.find((setting) => setting.key === key);
  if (known) return known;
  const path = keyPath(key);
  const value = valueAt(file.config, path);
  return value === undefined ? undefined : { key, value, origin: `file ${file.path}`, ...file.parsed?.positionOf(path) };
}

function stateOf({ path, exists, version, parsed }: ConfigFile): ConfigFileState {
  const remarks = (parsed?.unknown ?? []).map((one) => remarkOn(one, path));
  return {
    path,
    exists,
    ...(version !== undefined && { version }),
    ...(parsed?.conversion && { conversion: parsed.conversion }),
    ...(remarks.length > 0 && { remarks }),
  };
}

function pullPolicy(text: string | undefined): PullPolicy | undefined {
  if (text === undefined || text === 'missing' || text === 'never' || text === 'newer' || text === 'always') return text;
  throw new IlabError('E_USAGE', `ILAB_PULL is “${text}”.`, { hint: 'It can be missing, never, newer or always.' });
}

function truth(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : !/^(0|false|no|off)$/i.test(text);
}
