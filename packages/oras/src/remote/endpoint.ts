import { type CallOptions, type Http, IlabError, isIlabError, isLoopback, type RegistrySettings, settingsOfHost } from '@ilab/core/adapter';

/** Docker Hub is called one thing and answers at another. */
const ANSWERS_AT: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/**
 * The base of a registry's API, `https://quay.io`. A registry on this machine may speak plain HTTP, and so may one that the
 * configuration calls insecure; which of the two it speaks is found out without credentials.
 * @throws IlabError E_NETWORK, E_BAD_REFERENCE
 */
export async function findEndpoint(
  { http, registries = {} }: { readonly http: Http; readonly registries?: Readonly<Record<string, RegistrySettings>> },
  host: string,
  options: CallOptions,
): Promise<string> {
  const name = ANSWERS_AT[host] ?? host;
  const url = URL.parse(`https://${name}`);
  // A host by the looks of a reference need not be one by those of a URL: 256.1.1.1, [::::1].
  if (!url) throw new IlabError('E_BAD_REFERENCE', `“${host}” is no host.`, { hint: 'A host looks like registry.example or localhost:5000.' });
  if (isLoopback(url.hostname)) return (await speaksPlainHttp(http, name, options)) ? `http://${name}` : `https://${name}`;
  if (!settingsOfHost(registries, host)?.insecure) return `https://${name}`;
  return (await speaksTls(http, name, options)) ? `https://${name}` : `http://${name}`;
}

/** A server that wants TLS refuses a plain request with 400, whatever it was for, or hangs up. */
async function speaksPlainHttp(http: Http, name: string, options: CallOptions): Promise<boolean> {
  try {
    const { status } = await http.request({ url: `http://${name}/v2/`, redirect: 'manual' }, options);
    return status !== 400;
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NETWORK' && error.details?.['cause'] !== 'ECONNREFUSED') return false;
    throw error;
  }
}

async function speaksTls(http: Http, name: string, options: CallOptions): Promise<boolean> {
  try {
    await http.request({ url: `https://${name}/v2/`, redirect: 'manual' }, options);
    return true;
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NETWORK') return false;
    throw error;
  }
}
