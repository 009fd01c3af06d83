import { type CallOptions, type Credential, type Http, IlabError, type PluginContext, type RepositoryId } from '@ilab/plugin-api';

/** The registry that the plugin claims. */
const OLLAMA = 'registry.ollama.ai';
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

/** One repository, as this user may see it. */
export interface OllamaRepository {
  readonly http: Http;
  readonly host: string;
  readonly repository: string;
  /** Its addresses begin with this: `https://registry.ollama.ai/v2/library/qwen3`. */
  readonly base: string;
  /** What says who asks; for the registry's own origin. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Works out where a repository is and who asks. No request is made.
 * @throws IlabError E_BAD_REFERENCE
 */
export async function openRepository(
  { http, registries, credentials }: PluginContext,
  { host, repository }: Omit<RepositoryId, 'source'>,
  options: CallOptions,
): Promise<OllamaRepository> {
  options.signal?.throwIfAborted();
  const settings = registries[host];
  const scheme = settings?.insecure || LOOPBACK.test(host) ? 'http' : 'https';
  // A host by the looks of a reference need not be one by those of a URL: 256.1.1.1, [::::1].
  if (!URL.canParse(`${scheme}://${host}`)) throw new IlabError('E_BAD_REFERENCE', `“${host}” is no host.`, { hint: 'A host looks like registry.ollama.ai.' });
  // Credentials of hosts that are other sources' are theirs.
  const isOwn = host === OLLAMA || settings?.source === 'ollama';
  const credential = isOwn ? await credentials?.find(host, options) : undefined;
  const headers = credential && headersOf(credential);
  return { http, host, repository, base: `${scheme}://${host}/v2/${encodePath(repository)}`, headers: headers ?? {} };
}

function headersOf(credential: Credential): Readonly<Record<string, string>> {
  if (credential.kind === 'token') return { authorization: `Bearer ${credential.token}` };
  if (credential.kind === 'identity') return {};
  return { authorization: `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}` };
}

/** @throws IlabError E_BAD_REFERENCE for segments that an address would resolve away */
function encodePath(repository: string): string {
  const segments = repository.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..' || !segment.isWellFormed())) {
    throw new IlabError('E_BAD_REFERENCE', `“${repository.toWellFormed()}” can’t be part of an address.`, { hint: 'Check the name for empty parts and dots.' });
  }
  return segments.map(encodeURIComponent).join('/');
}
