import { isListOf, isRecord } from './values.ts';

const VARIABLE = /^[A-Z][A-Z0-9_]{0,63}$/;
/** A file below the home directory, written without anything that could lead elsewhere. */
const FILE = /^(?!.*\.\.)(?:[\w.-]{1,64}\/){0,3}[\w.-]{1,64}$/;
const MOST = 32;

/** What the plugins that came with the program, and the program itself, go by; and what Node would do something else for. */
const OURS = /^(?:HF_|HUGGING_?FACE|TRANSFORMERS_|ILAB_|NODE_|DOCKER_|REGISTRY_AUTH_FILE|CONTAINERS_|XDG_|SSH_|GIT_)/;
const KEPT = /^(?:\.docker|\.ssh|\.gnupg|\.git[\w-]*|\.npmrc|\.netrc|\.cache|\.config\/(?:containers|instructlab)|\.local)(?:\/|$)/i;

/** What is wrong with what a source says that it reads; undefined when nothing is. */
export function readsProblem(source: string, reads: unknown): string | undefined {
  if (reads === undefined) return undefined;
  if (!isRecord(reads)) return `“reads” of ${source} is no object`;
  const { env = [], home = [] } = reads;
  if (!isListOf(env, VARIABLE) || !isListOf(home, FILE)) return `“reads” of ${source} has what is no variable, or no file of the home directory`;
  const [variables, files] = [env as readonly string[], home as readonly string[]];
  if (variables.length + files.length > MOST) return `“reads” of ${source} has more than ${MOST} entries`;
  const taken = variables.find((name) => OURS.test(name)) ?? files.find((path) => KEPT.test(path));
  return taken === undefined ? undefined : `“reads” of ${source} has ${taken}, which is not for plugins of others`;
}
