import { type CallOptions, IlabError, type Login, type LoginRequest, type Logout, type PluginContext } from '@ilab/plugin-api';
import { type Endpoint, endpointOf } from './endpoint.ts';
import { hubError, malformed } from './errors.ts';
import { isRecord } from './hub.ts';
import { isToken, tokenHeaders } from './token.ts';

/** Checks a token as ModelScope's own tools do, then keeps it by its host. */
export async function login(context: PluginContext, { host, secret }: LoginRequest, options: CallOptions): Promise<Login> {
  const endpoint = endpointOf(host, context);
  if (!isToken(secret)) throw new IlabError('E_UNAUTHORIZED', 'What was given is no token.', { hint: 'Give the token alone, without quotes or spaces.' });
  const user = await whoAmI(context, { endpoint, secret }, options);
  const place = await storeOf(context, endpoint).store(endpoint.name, { username: user, password: secret }, options);
  return { user, place, notices: winners(context, endpoint) };
}

export async function logout(context: PluginContext, host: string, options: CallOptions): Promise<Logout> {
  const endpoint = endpointOf(host, context);
  return { places: await storeOf(context, endpoint).erase(endpoint.name, options), notices: winners(context, endpoint) };
}

async function whoAmI(
  { http }: PluginContext,
  { endpoint, secret }: { readonly endpoint: Endpoint; readonly secret: string },
  options: CallOptions,
): Promise<string> {
  const token = { secret, origin: 'standard input' };
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...tokenHeaders(token) };
  const answer = await http.request(
    { url: `${endpoint.url}/api/v1/login`, method: 'POST', headers, body: JSON.stringify({ AccessToken: secret }), redirect: 'manual' },
    options,
  );
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    throw new IlabError('E_UNAUTHORIZED', `${endpoint.name} does not take this token.`, { hint: `Make one at ${endpoint.url}/my/myaccesstoken.` });
  }
  if (answer.status !== 200) throw hubError(answer, { endpoint, repository: 'login', token });
  const body = answer.json();
  const data = isRecord(body) && isRecord(body['Data']) ? body['Data'] : {};
  const user = data['Username'];
  if (typeof user === 'string' && user !== '' && user.length <= 200) return user;
  throw malformed(endpoint, 'nobody knows whose the token is');
}

function winners({ env }: PluginContext, { isDefault }: Endpoint): readonly string[] {
  return isDefault && env['MODELSCOPE_API_TOKEN']?.trim() ? ['MODELSCOPE_API_TOKEN is set, and wins over what is stored.'] : [];
}

function storeOf({ credentials }: PluginContext, { name }: Endpoint): NonNullable<PluginContext['credentials']> {
  if (credentials) return credentials;
  throw new IlabError('E_USAGE', `There is no place to keep a token for ${name}.`, { hint: 'Set MODELSCOPE_API_TOKEN.' });
}
