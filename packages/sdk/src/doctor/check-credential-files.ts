import { readFileSync, statSync } from 'node:fs';
import type { Check, Finding } from '@ilab/core';
import { authFiles } from '@ilab/oras';
import type { Environment } from '../composition/tokens.ts';

type Surroundings = Pick<Environment, 'env' | 'home'>;

/** The files that `docker login` and `podman login` write: for which hosts they hold something, never what. */
export function checkCredentialFiles({ env, home }: Surroundings): Check {
  const check = 'credentials';
  return {
    name: check,
    async run() {
      const found = authFiles(env, home).flatMap(look);
      return found.length > 0 ? found : [{ check, state: 'ok', message: 'None are stored for registries: public models can be downloaded.' }];
    },
  };
}

function look(path: string): readonly Finding[] {
  const check = 'credentials';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    return [{ check, state: 'warning', message: `${path} can't be read.`, advice: `Look at its owner and mode: ls -l ${path}` }];
  }
  const hosts = hostsIn(text);
  if (!hosts) {
    return [{ check, state: 'problem', message: `${path} is no JSON object.`, advice: 'Correct or remove the file, then log in again.', code: 'E_BAD_CONFIG' }];
  }
  const message = hosts.length === 0 ? `${path} holds none.` : `${path} holds some for ${hosts.join(', ')}.`;
  if (hosts.length === 0 || process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return [{ check, state: 'ok', message }];
  return [{ check, state: 'warning', message: `${message} Others on this machine can read it.`, advice: `chmod 600 ${path}` }];
}

function hostsIn(text: string): readonly string[] | undefined {
  const json = parse(text);
  if (!isRecord(json)) return undefined;
  const { auths, credHelpers, credsStore } = json;
  return [
    ...(isRecord(auths) ? Object.keys(auths) : []),
    ...(isRecord(credHelpers) ? Object.keys(credHelpers).map((host) => `${host} (through a helper)`) : []),
    ...(typeof credsStore === 'string' && credsStore !== '' ? [`other hosts (through docker-credential-${credsStore})`] : []),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
