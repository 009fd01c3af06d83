import { IlabError } from '@ilab/sdk';
import type { Sampling } from '../client/message.ts';

interface Parameter {
  readonly key: keyof Sampling;
  readonly about: string;
  readonly read: (words: readonly string[]) => Sampling[keyof Sampling] | undefined;
}

function number(min: number, max: number, { whole = false } = {}): Parameter['read'] {
  return ([word = '', ...more]) => {
    const value = word === '' ? Number.NaN : Number(word);
    return more.length === 0 && value >= min && value <= max && (!whole || Number.isSafeInteger(value)) ? value : undefined;
  };
}

const WHOLE = { whole: true };
const maxTokens: Parameter = { key: 'max_tokens', about: 'tokens of an answer, 1 or more', read: number(1, 1e9, WHOLE) };

/** What `/set parameter` takes: names of OpenAI's API, and Ollama's where they differ. */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  temperature: { key: 'temperature', about: 'how freely it chooses, 0 to 2', read: number(0, 2) },
  top_p: { key: 'top_p', about: 'share of likely words to choose from, 0 to 1', read: number(0, 1) },
  top_k: { key: 'top_k', about: 'number of likely words to choose from, 0 or more', read: number(0, 1e6, WHOLE) },
  min_p: { key: 'min_p', about: 'least likelihood beside the likeliest word, 0 to 1', read: number(0, 1) },
  seed: { key: 'seed', about: 'number that chance begins with, 0 or more', read: number(0, 2 ** 32 - 1, WHOLE) },
  max_tokens: maxTokens,
  num_predict: maxTokens,
  repeat_penalty: { key: 'repeat_penalty', about: 'what repeating costs, 0 to 2', read: number(0, 2) },
  presence_penalty: { key: 'presence_penalty', about: 'what words that were there cost, -2 to 2', read: number(-2, 2) },
  frequency_penalty: { key: 'frequency_penalty', about: 'what words that were there often cost, -2 to 2', read: number(-2, 2) },
  stop: { key: 'stop', about: 'words that end an answer, one or more', read: (words) => (words.length > 0 && words.length <= 4 ? words : undefined) },
};

/** @throws IlabError E_USAGE */
export function setParameter(sampling: Sampling, name: string, words: readonly string[]): Sampling {
  const parameter = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
  if (!parameter) throw new IlabError('E_USAGE', `There is no parameter “${name}”.`, { hint: `There are: ${Object.keys(PARAMETERS).join(', ')}.` });
  const value = parameter.read(words);
  if (value === undefined) throw new IlabError('E_USAGE', `${name} is ${parameter.about}.`, { hint: `For example: /set parameter temperature 0.2` });
  return { ...sampling, [parameter.key]: value };
}
