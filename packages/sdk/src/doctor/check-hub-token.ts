import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check, Finding } from '@ilab/core';
import type { Environment } from '../composition/tokens.ts';

type Surroundings = Pick<Environment, 'env' | 'home'>;

/** Which Hugging Face token would be used, and for which host; of the token itself nothing. */
export function checkHubToken({ env, home }: Surroundings): Check {
  return { name: 'Hugging Face token', run: async () => [find({ env, home })] };
}

function find({ env, home }: Surroundings): Finding {
  const check = 'Hugging Face token';
  const host = URL.parse(env['HF_ENDPOINT'] ?? '')?.host ?? 'huggingface.co';
  if (/^(1|on|yes|true)$/i.test(env['HF_HUB_DISABLE_IMPLICIT_TOKEN'] ?? ''))
    return { check, state: 'ok', message: 'None is used: HF_HUB_DISABLE_IMPLICIT_TOKEN is set.' };
  const file = tokenFile({ env, home });
  const found = ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'].map((name) => ({ origin: name, text: env[name]?.trim() })).find(({ text }) => text);
  const { origin, text } = found ?? { origin: file, text: readIfThere(file)?.trim() };
  if (!text) return { check, state: 'ok', message: `There is none for ${host}: public models can be downloaded.` };
  if (/^[\x21-\x7e]+$/.test(text)) return { check, state: 'ok', message: `One is in ${origin}, and goes to ${host} only.` };
  const message = `The one in ${origin} holds characters that no token has.`;
  return { check, state: 'problem', message, advice: 'Put in the token alone, without quotes or spaces.', code: 'E_UNAUTHORIZED' };
}

/** Where `hf auth login` puts it. */
function tokenFile({ env, home }: Surroundings): string {
  const expand = (path: string) => path.replace(/^~(?=$|[/\\])/, home);
  const hub = expand(env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'huggingface'));
  return expand(env['HF_TOKEN_PATH'] || join(hub, 'token'));
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
