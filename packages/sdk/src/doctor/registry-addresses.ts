import { isLoopback, type RegistrySettings, settingsOfHost } from '@ilab/core';

/** Docker Hub is called one thing and answers at another. */
const ANSWERS_AT: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

type Asked = { readonly host: string; readonly source: string | undefined };
type Surroundings = {
  readonly registries: Readonly<Record<string, RegistrySettings>>;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Where a registry may answer, in the order to try; nothing where the name is no host. HTTP only on this machine or where it is configured. */
export function addressesOf({ host, source }: Asked, { registries, env }: Surroundings): readonly string[] {
  const endpoint = env['HF_ENDPOINT']?.trim();
  if (source === 'hf' && host === 'huggingface.co' && endpoint) return URL.canParse(endpoint) ? [endpoint] : [];
  const name = ANSWERS_AT[host] ?? host;
  const path = source === 'hf' ? '/' : '/v2/';
  const url = URL.parse(`https://${name}${path}`);
  if (!url) return [];
  const plain = `http://${name}${path}`;
  if (isLoopback(url.hostname)) return [plain, url.href];
  return settingsOfHost(registries, host)?.insecure ? [url.href, plain] : [url.href];
}
