/** What plugins can bring, the most wanted first. */
export const KINDS = ['registry', 'engine', 'runner', 'verifier', 'donor', 'command'] as const;

export type Kind = (typeof KINDS)[number];

/** Something that the user has to say otherwise. */
export class UsageError extends Error {}

/** What a new plugin is called where. */
export interface Names {
  /** As references, `--backend`, `--runner`, policies and the first word of a command have it: `my-shelf`. */
  readonly name: string;
  /** As code has it: `MyShelf`. */
  readonly typeName: string;
  /** As npm has it, perhaps with a scope: `@you/ilab-plugin-my-shelf`. */
  readonly packageName: string;
  /** Where it is written: `ilab-plugin-my-shelf`. */
  readonly folder: string;
}

const PREFIX = 'ilab-plugin-';
const SCOPE = /^@[a-z0-9][a-z0-9._-]{0,100}$/;
/** The narrowest of what ilab takes for schemes, engines, runners, verifiers and words of commands. */
const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const LONGEST = 30;

/** Names that belong to plugins of ilab's own, or to all; of commands, words that ilab's own begin with. */
export const TAKEN: Readonly<Record<Kind, readonly string[]>> = {
  registry: ['hf', 'huggingface', 'oci', 'docker', 'file', 'http', 'https', 's3', 'modelscope', 'ollama', 'dragonfly'],
  engine: ['llama-cpp', 'vllm', 'openai'],
  runner: ['trl', 'lm-eval', 'sdg-hub'],
  verifier: ['sigstore', 'cosign', 'model-signing'],
  donor: ['hugging-face', 'ollama', 'lm-studio', 'docker', 'instructlab'],
  command: [
    ...['chat', 'complete', 'completion', 'config', 'data', 'doctor', 'engine', 'generate', 'help', 'login', 'logout', 'model', 'overview'],
    ...['plugins', 'rag', 'registry', 'runner', 'serve', 'store', 'train'],
  ],
};

/** @throws UsageError for what can't be a name, or is somebody's already */
export function namesOf(given: string, kind: Kind): Names {
  const [scope, rest] = given.includes('/') ? [given.slice(0, given.indexOf('/')), given.slice(given.indexOf('/') + 1)] : [undefined, given];
  if (scope !== undefined && !SCOPE.test(scope)) throw new UsageError(`“${given}” is no name of a package: a scope looks like @you.`);
  const name = rest.startsWith(PREFIX) ? rest.slice(PREFIX.length) : rest;
  if (!isName(name)) throw new UsageError(given === '' ? 'It needs a name.' : `“${given}” can’t be a name: ${instead(name)}`);
  if (TAKEN[kind].includes(name)) throw new UsageError(`“${name}” belongs to ilab itself. Take another name.`);
  const folder = `${PREFIX}${name}`;
  const typeName = name.replace(/(?:^|-)(.)/g, (_match, letter: string) => letter.toUpperCase());
  return { name, typeName, packageName: scope === undefined ? folder : `${scope}/${folder}`, folder };
}

function isName(text: string): boolean {
  return NAME.test(text) && text.length <= LONGEST;
}

/** What to take: the nearest that can be a name, where there is one. */
function instead(text: string): string {
  const words = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const near = words.replace(/[^a-z0-9]+/g, '-').replace(/^[\d-]+|-$/g, '');
  // What is left of words in other letters is no word.
  return isName(near) && /^[ -~]*$/.test(words) ? `take ${near}.` : `take lower-case letters, digits and single hyphens, at most ${LONGEST}, a letter first.`;
}
