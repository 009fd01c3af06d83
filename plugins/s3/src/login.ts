import { type CallOptions, IlabError, type Login, type LoginRequest, type Logout, type PluginContext } from '@ilab/plugin-api';
import { endpointOf, isRegion, regionOf } from './endpoint.ts';
import { codeOf, s3Error } from './errors.ts';
import { sign } from './sign.ts';
import { readXml } from './xml.ts';

/**
 * Checks keys with their host, by asking for its list of buckets, and keeps them. Whether they may have that list says nothing of a bucket.
 */
export async function login(context: PluginContext, { host, username = '', secret }: LoginRequest, options: CallOptions): Promise<Login> {
  const store = storeOf(context, host);
  if (![username, secret].every((text) => /^[\x21-\x7e]+$/.test(text))) {
    throw new IlabError('E_UNAUTHORIZED', 'What was given are no keys.', { hint: 'The user name is the access key’s ID, the password its secret.' });
  }
  await checkKeys(context, { host, accessKeyId: username, secretAccessKey: secret }, options);
  return { user: username, place: await store.store(host, { username, password: secret }, options), notices: [] };
}

export async function logout(context: PluginContext, host: string, options: CallOptions): Promise<Logout> {
  return { places: await storeOf(context, host).erase(host, options), notices: [] };
}

type Keys = { readonly host: string; readonly accessKeyId: string; readonly secretAccessKey: string };

async function checkKeys(context: PluginContext, { host, ...pair }: Keys, options: CallOptions): Promise<void> {
  const endpoint = endpointOf(host, context);
  const keys = { ...pair, origin: 'standard input' };
  let region = regionOf(endpoint, undefined);
  for (let isFirst = true; ; isFirst = false) {
    const url = `${endpoint.origin(region)}/`;
    const answer = await context.http.request({ url, headers: await sign({ method: 'GET', url, headers: {}, region }, keys), redirect: 'manual' }, options);
    if (answer.status === 200 || codeOf(answer) === 'AccessDenied') return;
    const told = answer.status === 400 ? readXml(answer.text())?.first('Region') : undefined;
    if (!isFirst || !isRegion(told) || told === region) throw s3Error(answer, { host, repository: 'the list of buckets', keys });
    region = told;
  }
}

function storeOf({ credentials }: PluginContext, host: string): NonNullable<PluginContext['credentials']> {
  if (credentials) return credentials;
  throw new IlabError('E_USAGE', `There is no place to keep keys for ${host}.`, { hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.' });
}
