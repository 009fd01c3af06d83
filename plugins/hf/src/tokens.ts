import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CallOptions, IlabError, type PluginContext } from '@ilab/plugin-api';
import type { Endpoint } from './endpoint.ts';
import { isTrue } from './truth.ts';

/** A secret, and where it came from, which is all that a message may say of it. */
export interface Token {
  readonly secret: string;
  readonly origin: string;
}

/** Variables that win over the token file. */
export const TOKEN_VARIABLES: readonly string[] = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'];

type Surroundings = Pick<PluginContext, 'env' | 'home' | 'credentials'>;

/**
 * The token for an endpoint. As with Hugging Face's own tools, the user's token (`HF_TOKEN`, then the token file) belongs to the
 * Hub in use by default: `huggingface.co`, or whatever `HF_ENDPOINT` names. Another Hub gets what is stored for its host, or none.
 * Where `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set, it is for what writes only.
 * @throws IlabError E_UNAUTHORIZED when it holds characters that no header can carry
 */
export async function findToken(
  endpoint: Endpoint,
  surroundings: Surroundings,
  options: CallOptions & { readonly write?: boolean },
): Promise<Token | undefined> {
  const token = endpoint.isDefault ? await ownToken(surroundings, options) : await storedToken(endpoint, surroundings, options);
  if (token && !/^[\x21-\x7e]+$/.test(token.secret)) {
    throw new IlabError('E_UNAUTHORIZED', `The token from ${token.origin} holds characters that no token has.`, {
      hint: 'Put in the token alone, without quotes or spaces.',
    });
  }
  return token;
}

async function ownToken({ env, home }: Surroundings, options: CallOptions & { readonly write?: boolean }): Promise<Token | undefined> {
  if (isTrue(env['HF_HUB_DISABLE_IMPLICIT_TOKEN']) && !options.write) return undefined;
  for (const origin of TOKEN_VARIABLES) {
    const secret = env[origin]?.trim();
    if (secret) return { secret, origin };
  }
  const origin = tokenFile(env, home);
  const secret = (await readIfThere(origin, options))?.trim();
  return secret ? { secret, origin } : undefined;
}

async function storedToken({ name }: Endpoint, { credentials }: Surroundings, options: CallOptions): Promise<Token | undefined> {
  const found = await credentials?.find(name, options);
  const origin = `the credentials stored for ${name}`;
  if (found?.kind === 'token') return { secret: found.token, origin };
  return found?.kind === 'basic' ? { secret: found.password, origin } : undefined;
}

/** Where `hf auth login` puts the token. */
export function tokenFile(env: Surroundings['env'], home: string): string {
  const expand = (path: string) => path.replace(/^~(?=$|[/\\])/, home).replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced, bare) => env[braced ?? bare] ?? whole);
  const cache = env['XDG_CACHE_HOME'] || join(home, '.cache');
  const hfHome = expand(env['HF_HOME'] || join(cache, 'huggingface'));
  return expand(env['HF_TOKEN_PATH'] || join(hfHome, 'token'));
}

/** A token file that can't be read is as good as none: most models are public, and for the others the error says to log in. */
async function readIfThere(path: string, { signal }: CallOptions): Promise<string | undefined> {
  try {
    return await readFile(path, { encoding: 'utf8', ...(signal && { signal }) });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
