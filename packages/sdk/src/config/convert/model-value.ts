/** The models directory as InstructLab’s profiles spell it, whatever XDG_CACHE_HOME says. */
const PROFILE_DIRECTORY = '~/.cache/instructlab/models/';
const LOOKS_LIKE_PATH = /^(?:[/.~$]|[A-Za-z]:[\\/]|file:)/;

/**
 * How version 2 says what a value of version 1 named. Paths stay paths and Hugging Face names stay names: both are references. Two kinds
 * would mean something else:
 * - a path into the models directory that a profile hard-coded becomes the model’s name there, which is found wherever the directory is;
 * - a relative path of two parts, `models/x.gguf`, which would be a repository, gets its `./`.
 */
export function modelValue(text: string): string {
  if (text.startsWith(PROFILE_DIRECTORY)) return nameInside(text.slice(PROFILE_DIRECTORY.length)) ?? text;
  const relative = text.includes('/') && text.endsWith('.gguf') && !LOOKS_LIKE_PATH.test(text) && !text.includes('://');
  return relative ? `./${text}` : text;
}

/** `file.gguf`, `folder` and `org/repository` are how models are called there; what lies deeper is a path only. */
function nameInside(path: string): string | undefined {
  const parts = path.replace(/\/$/, '').split('/');
  const named = parts.every((part) => part !== '' && part !== '..') && (parts.length === 1 || (parts.length === 2 && !path.endsWith('.gguf')));
  return named ? parts.join('/') : undefined;
}
