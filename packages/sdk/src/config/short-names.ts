import { join } from 'node:path';
import type { Logger, ShortNameEntry, ShortNames } from '@ilab/core';
import { type AliasEntry, readAliases, readRegistriesConf } from '@ilab/oras';
import { alone } from './alone.ts';
import { replaceFile } from './file/replace-file.ts';

interface Places {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const HEADING = '# Which model a short name meant when ilab asked. Any line can be deleted; aliases in a configuration win over these.\n[aliases]\n';

/** Short names as Podman's configuration has them, and as a person chose them before, which is kept in the user's cache in the same format. */
export function createShortNames({ env, home }: Places, logger: Logger): ShortNames {
  const path = recordPath({ env, home });
  const configured = () => readRegistriesConf({ env, home });
  return {
    async find(name) {
      // An empty entry takes back what an earlier file says, and leaves the choice to whoever is asked.
      const { aliases } = await configured();
      return found(aliases, name) ?? found(await readAliases(path), name);
    },
    async rules() {
      const { mode, search, files } = await configured();
      return { ...(mode !== undefined && { mode }), ...(files.length > 0 && { search }) };
    },
    async record(name, target) {
      try {
        await alone(path, async () => replaceFile(path, recordText({ ...targets(await readAliases(path)), [name]: target })));
      } catch (error) {
        logger.warn(`What “${name}” means could not be kept in ${path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

/** Where choices are kept. */
function recordPath({ env, home }: Places): string {
  return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'instructlab', 'short-name-aliases.conf');
}

function found(aliases: Readonly<Record<string, AliasEntry>>, name: string): ShortNameEntry | undefined {
  const entry = Object.hasOwn(aliases, name) ? aliases[name] : undefined;
  if (!entry?.target) return undefined;
  const { target, file, line } = entry;
  return { target, origin: line === undefined ? file : `${file}:${line}` };
}

function targets(aliases: Readonly<Record<string, AliasEntry>>): Record<string, string> {
  return Object.fromEntries(Object.entries(aliases).map(([name, { target }]) => [name, target]));
}

/** Names and targets have no character that TOML writes otherwise than JSON. */
function recordText(choices: Readonly<Record<string, string>>): string {
  const lines = Object.keys(choices).sort();
  return `${HEADING}${lines.map((name) => `${JSON.stringify(name)} = ${JSON.stringify(choices[name])}\n`).join('')}`;
}
