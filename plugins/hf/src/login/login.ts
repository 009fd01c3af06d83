import { dirname, join } from 'node:path';
import { type CallOptions, IlabError, type Login, type LoginRequest, type Logout, type PluginContext } from '@ilab/plugin-api';
import { type Endpoint, endpointOf } from '../endpoint.ts';
import { logIn } from '../errors.ts';
import { TOKEN_VARIABLES, tokenFile } from '../tokens.ts';
import { readSecret, removeSecret, writeSecret } from './secret-file.ts';
import { withoutToken, withToken } from './stored-tokens.ts';
import { whoAmI } from './who-am-i.ts';

/** Checks a token, then keeps it: that of the Hub in use by default where Hugging Face's own tools look, any other by its host. */
export async function login(context: PluginContext, { host, secret }: LoginRequest, options: CallOptions): Promise<Login> {
  const endpoint = endpointOf(host, context);
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    throw new IlabError('E_UNAUTHORIZED', 'What was given is no token.', { hint: 'Give the token alone, without quotes or spaces.' });
  }
  const { user, tokenName } = await whoAmI(context.http, { endpoint, secret }, options);
  if (!endpoint.isDefault)
    return { user, place: await storeOf(context, endpoint).store(endpoint.name, { username: user, password: secret }, options), notices: [] };
  const place = tokenFile(context.env, context.home);
  const stored = storedTokens(place);
  await writeSecret(stored, withToken((await readSecret(stored)) ?? '', { name: tokenName ?? user, secret }));
  await writeSecret(place, secret);
  return { user, place, notices: winners(context) };
}

/** Other tokens that Hugging Face's tools have stored stay. */
export async function logout(context: PluginContext, host: string, options: CallOptions): Promise<Logout> {
  const endpoint = endpointOf(host, context);
  if (!endpoint.isDefault) return { places: await storeOf(context, endpoint).erase(endpoint.name, options), notices: [] };
  const place = tokenFile(context.env, context.home);
  const secret = (await readSecret(place))?.trim();
  if (secret === undefined) return { places: [], notices: winners(context) };
  const stored = storedTokens(place);
  const text = await readSecret(stored);
  const rest = withoutToken(text ?? '', secret);
  const changes = text !== undefined && rest !== text;
  if (changes) await writeSecret(stored, rest);
  await removeSecret(place);
  return { places: changes ? [place, stored] : [place], notices: winners(context) };
}

/** Where `hf auth login` keeps all tokens by name, beside the one in use. */
function storedTokens(place: string): string {
  return join(dirname(place), 'stored_tokens');
}

function winners({ env }: PluginContext): readonly string[] {
  return TOKEN_VARIABLES.filter((name) => env[name]?.trim()).map((name) => `${name} is set, and wins over what is stored.`);
}

function storeOf({ credentials }: PluginContext, endpoint: Endpoint): NonNullable<PluginContext['credentials']> {
  if (credentials) return credentials;
  throw new IlabError('E_USAGE', `There is no place to keep a token for ${endpoint.name}.`, {
    hint: `To use it now, ${logIn({ ...endpoint, isDefault: true })}.`,
  });
}
