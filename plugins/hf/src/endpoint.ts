import { IlabError, type PluginContext } from '@ilab/plugin-api';

/** The host that stands for Hugging Face in references, wherever `HF_ENDPOINT` sends its requests. */
export const HUGGING_FACE = 'huggingface.co';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** Where the Hub of a reference's host is reached. */
export interface Endpoint {
  /** Origin and path, without a slash at the end. */
  readonly url: string;
  /** Host and port, for messages. */
  readonly name: string;
  /** Whether this is the Hub in use by default, which the user's own Hugging Face token belongs to. */
  readonly isDefault: boolean;
}

type Surroundings = Pick<PluginContext, 'env' | 'registries'>;

/**
 * The endpoint of a host. `huggingface.co` goes to `HF_ENDPOINT` when that is set. Any other host is reached by HTTPS, or by plain
 * HTTP where it is on this machine or the configuration says `insecure`.
 * @throws IlabError E_BAD_CONFIG when `HF_ENDPOINT` is no usable URL, E_BAD_REFERENCE when the host is none
 */
export function endpointOf(host: string, { env, registries }: Surroundings): Endpoint {
  const fallback = parseEndpoint(env['HF_ENDPOINT']?.trim() || `https://${HUGGING_FACE}`);
  if (host === HUGGING_FACE) return { url: fallback.href, name: fallback.host, isDefault: true };
  const scheme = registries[host]?.insecure || LOOPBACK.test(host) ? 'http' : 'https';
  const text = `${scheme}://${host}`;
  // A host by the looks of a reference need not be one by those of a URL: 256.1.1.1, [::::1].
  if (!URL.canParse(text)) throw new IlabError('E_BAD_REFERENCE', `“${host}” is no host.`, { hint: 'A host looks like hub.example or localhost:5000.' });
  const url = new URL(text);
  return { url: url.origin, name: host, isDefault: url.origin === fallback.origin };
}

function parseEndpoint(text: string): { href: string; host: string; origin: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new IlabError('E_BAD_CONFIG', 'HF_ENDPOINT is not the address of a Hub.', { hint: 'It looks like https://hub.example, without user name or query.' });
  }
  return { href: url.href.replace(/\/+$/, ''), host: url.host, origin: url.origin };
}
