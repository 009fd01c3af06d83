import { IlabError, type PluginContext } from '@ilab/plugin-api';

/** The host that stands for ModelScope in references, wherever `MODELSCOPE_ENDPOINT` sends its requests. */
export const MODELSCOPE = 'modelscope.cn';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Where the hub of a reference's host is reached. */
export interface Endpoint {
  /** Origin and path, without a slash at the end. */
  readonly url: string;
  /** Host and port, for messages. */
  readonly name: string;
  /** Whether the user's own token (`MODELSCOPE_API_TOKEN`) belongs to it, as for ModelScope's own tools. */
  readonly isDefault: boolean;
}

/**
 * The endpoint of a host. `modelscope.cn` goes to `MODELSCOPE_ENDPOINT` when that is set. Any other host is reached by HTTPS, or by plain
 * HTTP where it is on this machine or the configuration says `insecure`.
 * @throws IlabError E_BAD_CONFIG when `MODELSCOPE_ENDPOINT` is no usable address, E_BAD_REFERENCE when the host is none
 */
export function endpointOf(host: string, { env, registries }: Pick<PluginContext, 'env' | 'registries'>): Endpoint {
  const fallback = readEndpoint(env['MODELSCOPE_ENDPOINT']?.trim() || MODELSCOPE);
  if (host === MODELSCOPE) return { url: fallback.href.replace(/\/+$/, ''), name: fallback.host, isDefault: true };
  const url = URL.parse(`${registries[host]?.insecure || LOOPBACK.test(host) ? 'http' : 'https'}://${host}`);
  if (!url) throw new IlabError('E_BAD_REFERENCE', `“${host}” is no host.`, { hint: 'A host looks like hub.example or localhost:5000.' });
  return { url: url.origin, name: host, isDefault: url.origin === fallback.origin };
}

/** A bare domain is one, as for ModelScope's own tools. */
function readEndpoint(text: string): URL {
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (url && !url.username && !url.password && !url.search && !url.hash) return url;
  throw new IlabError('E_BAD_CONFIG', 'MODELSCOPE_ENDPOINT is not the address of a hub.', {
    hint: 'It looks like https://hub.example, without user name or query.',
  });
}
