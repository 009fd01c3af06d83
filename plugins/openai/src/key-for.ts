import { type CallOptions, type EngineContext, IlabError, isPrivateHost } from '@ilab/plugin-api';

const OPENAI = 'https://api.openai.com/v1';

/**
 * The key for an endpoint. `OPENAI_API_KEY` belongs to the server that `OPENAI_BASE_URL` names, as with OpenAI's own clients, and to no
 * other; any server can have one of its own in the user's credential store, under exactly its host.
 * @throws IlabError E_USAGE when it would go over the network for all to read
 */
export async function keyFor(
  endpoint: URL,
  { env, credentials }: Pick<EngineContext, 'env' | 'credentials'>,
  options: CallOptions,
): Promise<string | undefined> {
  const key = fromEnvironment(endpoint, env) ?? (await fromStore(endpoint, credentials, options));
  if (key !== undefined && endpoint.protocol === 'http:' && !isPrivateHost(endpoint.hostname)) {
    throw new IlabError('E_USAGE', `The key for ${endpoint.host} is not sent without TLS.`, { hint: 'Name the endpoint with https://.' });
  }
  return key;
}

function fromEnvironment(endpoint: URL, env: EngineContext['env']): string | undefined {
  const owner = URL.parse(env['OPENAI_BASE_URL'] || OPENAI);
  return owner?.origin === endpoint.origin ? env['OPENAI_API_KEY'] || undefined : undefined;
}

async function fromStore({ host }: URL, credentials: EngineContext['credentials'], options: CallOptions): Promise<string | undefined> {
  const found = await credentials?.find(host, options);
  if (found?.kind === 'token') return found.token;
  return found?.kind === 'basic' ? found.password : undefined;
}
