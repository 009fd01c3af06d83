import { type CallOptions, IlabError, type PluginContext } from '@ilab/plugin-api';
import type { Endpoint } from './endpoint.ts';

/** A secret, and where it came from, which is all that a message may say of it. */
export interface Token {
  readonly secret: string;
  readonly origin: string;
}

/**
 * The token for an endpoint: `MODELSCOPE_API_TOKEN` for the hub in use by default, else what is stored for exactly the host.
 * @throws IlabError E_UNAUTHORIZED when it holds characters that no header can carry
 */
export async function findToken(endpoint: Endpoint, context: Pick<PluginContext, 'env' | 'credentials'>, options: CallOptions): Promise<Token | undefined> {
  const secret = endpoint.isDefault ? context.env['MODELSCOPE_API_TOKEN']?.trim() : undefined;
  const token = secret ? { secret, origin: 'MODELSCOPE_API_TOKEN' } : await storedToken(endpoint, context, options);
  if (token && !isToken(token.secret)) {
    throw new IlabError('E_UNAUTHORIZED', `The token from ${token.origin} holds characters that no token has.`, {
      hint: 'Put in the token alone, without quotes or spaces.',
    });
  }
  return token;
}

/** No space, and nothing that would end a header or a cookie. */
export function isToken(secret: string): boolean {
  return /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(secret);
}

/** What says who asks, as ModelScope's own tools say it: older parts of the API know the cookie alone. */
export function tokenHeaders(token: Token | undefined): Readonly<Record<string, string>> {
  return token ? { authorization: `Bearer ${token.secret}`, cookie: `m_session_id=${token.secret}` } : {};
}

async function storedToken({ name }: Endpoint, { credentials }: Pick<PluginContext, 'credentials'>, options: CallOptions): Promise<Token | undefined> {
  const found = await credentials?.find(name, options);
  const origin = `the credentials stored for ${name}`;
  if (found?.kind === 'token') return { secret: found.token, origin };
  return found?.kind === 'basic' ? { secret: found.password, origin } : undefined;
}
