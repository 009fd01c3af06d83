import { isAbsolute, join } from 'node:path';
import { look, textInside, parseObject } from '../inside.ts';

/** What decides where tools keep their models. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Hugging Face’s cache: `HF_HUB_CACHE`, `HF_HOME/hub`, or below the user’s cache directory. */
export function huggingFaceCache({ env, home }: Surroundings): string {
  const chosen = env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'];
  return expand(chosen || join(env['HF_HOME'] || join(cacheHome({ env, home }), 'huggingface'), 'hub'), { env, home });
}

/** Ollama’s models: `OLLAMA_MODELS`, the user’s, and those of the service that its installer makes on Linux. */
export function ollamaModels({ env, home }: Surroundings): readonly string[] {
  const chosen = env['OLLAMA_MODELS'];
  return chosen ? [expand(chosen, { env, home })] : [join(home, '.ollama', 'models'), '/usr/share/ollama/.ollama/models'];
}

/** Where the older `ilab` kept blobs of OCI registries: one OCI layout per model. */
export function instructLabLayouts({ env, home }: Surroundings): string {
  return join(cacheHome({ env, home }), 'instructlab', 'oci');
}

export function dockerModels({ env, home }: Surroundings): string {
  return env['MODELS_PATH'] || join(home, '.docker', 'models');
}

/** LM Studio’s folders: where its pointer file and its settings say, else where it puts them. */
export function lmStudioModels({ home }: Surroundings): readonly string[] {
  const pointer = textInside(home, join(home, '.lmstudio-home-pointer'))?.trim();
  const own = pointer !== undefined && isAbsolute(pointer) && !pointer.includes('\0') ? pointer : join(home, '.lmstudio');
  const folder = parseObject(textInside(own, join(own, 'settings.json')) ?? '')?.['downloadsFolder'];
  const moved = typeof folder === 'string' && isAbsolute(folder) && !folder.includes('\0') ? [folder] : [];
  return [...new Set([...moved, join(own, 'models'), join(home, '.cache', 'lm-studio', 'models')])].filter((path) => look(path).length > 0);
}

function cacheHome({ env, home }: Surroundings): string {
  return env['XDG_CACHE_HOME'] || join(home, '.cache');
}

/** As Python’s `expandvars` and `expanduser` do, which Hugging Face’s tools run over these. */
function expand(path: string, { env, home }: Surroundings): string {
  const named = path.replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => env[braced ?? bare ?? ''] ?? whole);
  return named.replace(/^~(?=$|\/)/, home);
}
