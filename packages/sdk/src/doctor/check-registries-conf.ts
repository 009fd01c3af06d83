import type { Cache, Check, Finding, ModelSettings } from '@ilab/core';
import { entryFor, type MirrorEntry, type RegistriesConfiguration, type RegistryEntry, readRegistriesConf, withSettings } from '@ilab/oras';
import type { Environment } from '../composition/tokens.ts';
import { knownHosts } from './check-registries.ts';

export interface HostCheckDeps {
  readonly cache: Pick<Cache, 'items'>;
  readonly settings: ModelSettings;
  readonly environment: Pick<Environment, 'env' | 'home'>;
}

/** Whether `registries.conf` and its drop-ins can be read, and what they, or ilab's own settings, decide of the hosts that are in use. */
export function checkRegistriesConf({ cache, settings, environment }: HostCheckDeps): Check {
  const check = 'registries.conf';
  return {
    name: check,
    async run(options) {
      const configuration = withSettings(await readRegistriesConf(environment), settings.registries);
      const { files } = configuration;
      const read: Finding = { check, state: 'ok', message: files.length === 0 ? 'There is none, and none is needed.' : `Read from ${files.join(', ')}.` };
      const hosts = await knownHosts({ cache, settings }, options);
      return [
        read,
        ...[...hosts.keys()]
          .sort()
          .flatMap((host) => entriesOf(configuration, host).map((entry) => ({ check, state: 'ok' as const, message: decided(entry) }))),
      ];
    },
  };
}

function entriesOf({ entries }: RegistriesConfiguration, host: string): readonly RegistryEntry[] {
  const whole = entryFor(entries, host);
  return [...(whole ? [whole] : []), ...entries.filter(({ prefix }) => prefix.startsWith(`${host}/`))];
}

/** `quay.io is read from mirror.example/quay (by digest), then quay.io: /etc/containers/registries.conf.` */
function decided({ prefix, location = prefix, mirrors, insecure, blocked, file }: RegistryEntry): string {
  if (blocked) return `${prefix} is blocked: ${file}.`;
  const places = [...mirrors.map(described), location].join(', then ');
  return `${prefix} is read from ${places}${insecure ? ', insecure' : ''}: ${file}.`;
}

const USES: Readonly<Record<MirrorEntry['use'], string>> = { all: '', 'digest-only': ' (by digest)', 'tag-only': ' (by tag)' };

function described({ location, use, insecure }: MirrorEntry): string {
  return `${location}${USES[use]}${insecure ? ' (insecure)' : ''}`;
}
