import { readFile } from 'node:fs/promises';
import { type Credential, IlabError } from '@ilab/core/adapter';
import { isRecord, textRecord } from '../content/record.ts';

/** What Docker's `config.json` and containers' `auth.json` say of credentials. */
export interface AuthFile {
  readonly path: string;
  /** Key (host, `host/namespace`, or an old URL) to its entry. */
  readonly auths: Readonly<Record<string, unknown>>;
  /** Host to the suffix of `docker-credential-…`. */
  readonly helpers: Readonly<Record<string, string>>;
  /** The helper for all other hosts. */
  readonly store?: string;
}

/**
 * Reads a credential file; one that is not there, or that this user may not read, is undefined.
 * @throws IlabError E_BAD_CONFIG when it is no JSON
 */
export async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    const { auths, credHelpers, credsStore } = isRecord(value) ? value : {};
    return {
      path,
      auths: isRecord(auths) ? auths : {},
      helpers: textRecord(credHelpers),
      ...(typeof credsStore === 'string' && credsStore !== '' && { store: credsStore }),
    };
  } catch {
    throw new IlabError('E_BAD_CONFIG', `The credentials in ${path} are no JSON.`, { hint: 'Correct or remove the file, then log in again.' });
  }
}

/** Credentials for exactly this host: of the longest matching namespace first, as Podman looks them up (containers-auth.json(5)). */
export function lookUp({ auths }: AuthFile, { host, repository }: { readonly host: string; readonly repository?: string | undefined }): Credential | undefined {
  for (const key of namespaces(host, repository)) {
    const found = Object.hasOwn(auths, key) ? readEntry(auths[key]) : undefined;
    if (found) return found;
  }
  const old = Object.keys(auths).find((key) => /^https?:\/\//.test(key) && key.replace(/^https?:\/\//, '').split('/')[0] === host);
  return old === undefined ? undefined : readEntry(auths[old]);
}

/** `host/a/b`, `host/a`, `host`. */
function namespaces(host: string, repository: string | undefined): readonly string[] {
  const parts = [host, ...(repository?.split('/') ?? [])];
  return parts.map((_part, index) => parts.slice(0, parts.length - index).join('/'));
}

function readEntry(value: unknown): Credential | undefined {
  if (!isRecord(value)) return undefined;
  const { auth, username, password, identitytoken, registrytoken } = value;
  if (typeof identitytoken === 'string' && identitytoken !== '') return { kind: 'identity', token: identitytoken };
  if (typeof registrytoken === 'string' && registrytoken !== '') return { kind: 'token', token: registrytoken };
  if (typeof auth === 'string' && auth !== '') {
    const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  return typeof username === 'string' && typeof password === 'string' && username !== '' ? { kind: 'basic', username, password } : undefined;
}
