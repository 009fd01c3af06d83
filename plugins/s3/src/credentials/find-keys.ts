import { type CallOptions, IlabError, type PluginContext } from '@ilab/plugin-api';
import type { Endpoint } from '../endpoint.ts';
import type { Keys } from './keys.ts';
import { type Profile, readProfile } from './profile.ts';

/** Who asks a host, and for which region its owner says to sign. */
export interface Asker {
  readonly keys?: Keys;
  readonly region?: string;
}

type Surroundings = Pick<PluginContext, 'env' | 'home' | 'credentials'>;

/**
 * The keys for a host. Those of Amazon's own tools (environment, then profile) belong to Amazon's hosts, or, where those tools are told of
 * another endpoint, to that one host and no other. Everywhere else, and where they have none, what is stored for the host counts.
 * @throws IlabError E_UNAUTHORIZED when they hold characters that no header can carry
 */
export async function findAsker(endpoint: Endpoint, surroundings: Surroundings, options: CallOptions): Promise<Asker> {
  const profile = await readProfile(surroundings, options);
  const isTheirs = belongTo(endpoint, { ...surroundings, profile });
  const keys = (isTheirs && ownKeys(surroundings.env, profile)) || (await storedKeys(endpoint, surroundings, options));
  const region = isTheirs ? surroundings.env['AWS_REGION'] || surroundings.env['AWS_DEFAULT_REGION'] || profile.settings['region'] : undefined;
  if (keys && !Object.values(keys).every((text) => /^[\x20-\x7e]+$/.test(text))) {
    throw new IlabError('E_UNAUTHORIZED', `The keys from ${keys.origin} hold characters that no keys have.`, {
      hint: 'Put in the keys alone, without quotes.',
    });
  }
  return { ...(keys && { keys }), ...(region && { region }) };
}

/** Whether Amazon's own tools would ask this host with the user's keys. */
function belongTo({ host, isAmazon }: Endpoint, { env, profile }: Surroundings & { readonly profile: Profile }): boolean {
  const told = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || profile.settings['endpoint_url'];
  return told ? URL.parse(told)?.host === host : isAmazon;
}

function ownKeys(env: Surroundings['env'], { settings, origin }: Profile): Keys | undefined {
  const fromEnv = keysOf(env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']);
  if (fromEnv) return { ...fromEnv, origin: 'AWS_ACCESS_KEY_ID' };
  const fromFile = keysOf(settings['aws_access_key_id'], settings['aws_secret_access_key'], settings['aws_session_token']);
  return fromFile && { ...fromFile, origin };
}

function keysOf(id = '', secret = '', session = ''): Omit<Keys, 'origin'> | undefined {
  if (!id.trim() || !secret.trim()) return undefined;
  return { accessKeyId: id.trim(), secretAccessKey: secret.trim(), ...(session.trim() && { sessionToken: session.trim() }) };
}

async function storedKeys({ host }: Endpoint, { credentials }: Surroundings, options: CallOptions): Promise<Keys | undefined> {
  const found = await credentials?.find(host, options);
  if (found?.kind !== 'basic') return undefined;
  return { accessKeyId: found.username, secretAccessKey: found.password, origin: `the credentials stored for ${host}` };
}
