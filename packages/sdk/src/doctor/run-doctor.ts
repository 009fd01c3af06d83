import { dirname, join } from 'node:path';
import { type CallOptions, type Diagnosis, diagnose } from '@ilab/core';
import { diagnoseStore } from '@ilab/local-fs';
import type { Services } from '../composition/services.ts';
import type { Environment } from '../composition/tokens.ts';
import type { LoadedSettings } from '../config/setting.ts';
import type { PluginPackage } from '../plugins/plugin-package.ts';
import type { RegistryEntry } from '../plugins/registry-table.ts';
import { checkCarriers, type CarrierCheckDeps } from './check-carriers.ts';
import { checkConfiguration } from './check-configuration.ts';
import { checkCredentialFiles } from './check-credential-files.ts';
import { checkEngines, type EngineCheckDeps } from './check-engines.ts';
import { checkHubToken } from './check-hub-token.ts';
import { checkCertificates } from './check-certificates.ts';
import { checkRegistries } from './check-registries.ts';
import { checkRegistriesConf } from './check-registries-conf.ts';
import { checkSignatures } from './check-signatures.ts';
import { checkVariables } from './check-variables.ts';
import { checkVersions } from './check-versions.ts';

export interface DoctorDeps extends EngineCheckDeps, Pick<CarrierCheckDeps, 'carriers'> {
  readonly loaded: LoadedSettings;
  readonly environment: Environment;
  readonly plugins: readonly PluginPackage[];
  readonly entries: readonly RegistryEntry[];
  readonly services: Services;
}

/** Looks at everything that ilab depends on, in the order in which a person would. */
export function runDoctor(
  { loaded, environment, plugins, entries, services, engines, runners, carriers }: DoctorDeps,
  options: CallOptions,
): Promise<Diagnosis> {
  const { models: settings, file } = loaded;
  const { env, home, tool } = environment;
  const store = diagnoseStore({
    directory: settings.dir,
    extraDirectories: settings.extraDirs,
    paths: [
      { name: 'checkpoints directory', path: settings.checkpointsDir },
      { name: 'configuration directory', path: dirname(file.path) },
      { name: 'cache directory', path: join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'instructlab') },
    ],
  });
  const checks = [
    checkVersions({ tool, plugins, entries }),
    checkEngines({ engines, runners }),
    checkConfiguration(loaded),
    checkVariables(env),
    checkSignatures({ settings, signatureVerifier: services.signatureVerifier }),
    ...store,
    checkHubToken({ env, home }),
    checkCredentialFiles({ env, home }),
    checkRegistriesConf({ cache: services.cache, settings, environment }),
    checkCertificates({ cache: services.cache, settings, environment }),
    checkCarriers({ carriers, settings }),
    checkRegistries({ cache: services.cache, http: services.http, settings, env, home }),
  ];
  return diagnose(checks, options);
}
