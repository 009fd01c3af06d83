import { IlabError } from '@ilab/plugin-api';

/** What is ours to say: where it listens, who is let in, and what models are called. */
const MANAGED = ['host', 'port', 'uds', 'api-key', 'model', 'served-model-name', 'root-path', 'ssl-keyfile', 'ssl-certfile'];

/**
 * Names of the options that a user gave for vLLM, as it spells them.
 * @throws IlabError E_USAGE for those that are not a user's to give
 */
export function ownArguments(words: readonly string[]): ReadonlySet<string> {
  const names = words.filter((word) => word.startsWith('--')).map((word) => (word.slice(2).split('=')[0] ?? '').replaceAll('_', '-'));
  const managed = names.find((name) => MANAGED.includes(name));
  if (managed !== undefined) {
    throw new IlabError('E_USAGE', `--${managed} is ilab’s to give to vLLM.`, {
      hint: 'Where it listens is said to ilab; a model is called by its reference and its aliases (ilab model alias set).',
    });
  }
  if (names.includes('headless')) {
    throw new IlabError('E_USAGE', 'A node with --headless answers nobody, so there is nothing to serve or chat with.', {
      hint: 'Start it with vLLM itself: vllm serve "$(ilab model path REF)" --headless …, and this node without it.',
    });
  }
  return new Set(names);
}
