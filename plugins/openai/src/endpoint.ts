import { IlabError } from '@ilab/plugin-api';

/**
 * The base address of an endpoint as a user types it; a bare host means its `/v1`.
 * @throws IlabError E_USAGE
 */
export function parseEndpoint(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw bad('An endpoint is an address with http:// or https://.');
  if (url.username !== '' || url.password !== '') throw bad('An endpoint’s address has no key in it.');
  if (url.search !== '' || url.hash !== '') throw bad('An endpoint’s address ends with its path.');
  url.pathname = url.pathname.replace(/\/+$/, '') || '/v1';
  return url;
}

function bad(message: string): IlabError {
  return new IlabError('E_USAGE', message, { hint: 'For example: --endpoint-url http://localhost:11434/v1. A key is in OPENAI_API_KEY.' });
}
