import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostCertificates, IlabError } from '@ilab/core/adapter';

export interface CertificatePlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Default `/etc`. */
  readonly system?: string;
}

/** Docker Hub's files stand under the name that it has in references. */
const CALLED: Readonly<Record<string, string>> = { 'registry-1.docker.io': 'docker.io' };

/** The directory of a host's files: the first of these that there is (containers-certs.d(5)). */
export function certificateDirectories(host: string, { env, home, system = '/etc' }: CertificatePlaces): readonly string[] {
  const name = CALLED[host] ?? host;
  return [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers'), join(system, 'containers'), join(system, 'docker')].map((directory) =>
    join(directory, 'certs.d', name),
  );
}

/**
 * What Docker and Podman are told of a host's certificates: authorities (`*.crt`) that count beside the known ones, and certificates of
 * this client (`*.cert`, each with its `*.key`).
 * @throws IlabError E_BAD_CONFIG where a file can't be read, or half of a pair is missing
 */
export function readHostCertificates(host: string, places: CertificatePlaces): HostCertificates | undefined {
  for (const directory of certificateDirectories(host, places)) {
    const names = list(directory);
    if (names) return readDirectory(directory, names);
  }
  return undefined;
}

function readDirectory(directory: string, names: readonly string[]): HostCertificates {
  const ending = (suffix: string): readonly string[] => names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  const [certificates, keys] = [ending('.cert'), ending('.key')];
  for (const name of certificates) if (!keys.includes(name)) throw half(directory, `${name}.cert`, `${name}.key`);
  for (const name of keys) if (!certificates.includes(name)) throw half(directory, `${name}.key`, `${name}.cert`);
  const read = (name: string): string => readText(join(directory, name));
  return {
    authorities: ending('.crt').map((name) => read(`${name}.crt`)),
    clients: certificates.map((name) => ({ certificate: read(`${name}.cert`), key: read(`${name}.key`) })),
  };
}

/** One that this user may not look into is passed over, as Podman does: another may be theirs. */
function list(directory: string): readonly string[] | undefined {
  try {
    return readdirSync(directory).sort();
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new IlabError('E_BAD_CONFIG', `The certificate ${path} can’t be read.`, { hint: `Look at its owner and mode: ls -l ${path}`, cause: error });
  }
}

function half(directory: string, there: string, missing: string): IlabError {
  return new IlabError('E_BAD_CONFIG', `${directory} has ${there} and no ${missing}.`, {
    hint: 'A client’s certificate and its key have one name; authorities end in .crt.',
  });
}
