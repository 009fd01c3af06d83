import { existsSync } from 'node:fs';
import { type Check, type Finding, isIlabError, settingsOfHost } from '@ilab/core';
import { certificateDirectories, readHostCertificates } from '@ilab/oras';
import { knownHosts } from './check-registries.ts';
import type { HostCheckDeps } from './check-registries-conf.ts';

/** Which certificates of their own the hosts in use have, and whether they can be used. Hosts without any are not told. */
export function checkCertificates({ cache, settings, environment }: HostCheckDeps): Check {
  return {
    name: 'certificates',
    async run(options) {
      const hosts = await knownHosts({ cache, settings }, options);
      return [...hosts.keys()].sort().flatMap((host) => look(host, { settings, environment }));
    },
  };
}

function look(host: string, { settings, environment }: Omit<HostCheckDeps, 'cache'>): readonly Finding[] {
  const check = 'certificates';
  const own = settingsOfHost(settings.registries, host)?.ca;
  const directory = certificateDirectories(host, environment).find((path) => existsSync(path));
  const findings: Finding[] = [];
  if (own !== undefined) findings.push(authority(host, own));
  try {
    const found = readHostCertificates(host, environment);
    if (!found) return findings;
    const { authorities, clients } = found;
    const message = `${host} has ${count(authorities.length, 'authority', 'authorities')} and ${count(clients.length, 'client certificate')}: ${directory}.`;
    return [...findings, { check, state: 'ok', message }];
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return [...findings, { check, state: 'problem', message: error.message, advice: error.hint ?? `Look at ${directory}.`, code: error.code }];
  }
}

function authority(host: string, path: string): Finding {
  const check = 'certificates';
  if (existsSync(path)) return { check, state: 'ok', message: `${host} is trusted by ${path} alone: models.registries.` };
  return {
    check,
    state: 'problem',
    message: `${path}, which ${host} is to be trusted by, is not there.`,
    advice: `Correct models.registries.${host}.ca.`,
    code: 'E_BAD_CONFIG',
  };
}

function count(number: number, thing: string, things = `${thing}s`): string {
  return `${number} ${number === 1 ? thing : things}`;
}
