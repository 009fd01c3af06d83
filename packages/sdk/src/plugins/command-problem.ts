import { isEntry, isListOf, isRecord } from './values.ts';

const COMMAND = /^[a-z][a-z0-9-]{0,30}(?: [a-z][a-z0-9-]{0,30}){1,2}$/;
const FLAG = /^[a-z][a-z0-9-]{1,30}$/;
const ARGUMENT = /^[A-Z][A-Z0-9_]{0,30}$/;
const OPTION = /^[\w.:/-]{1,100}$/;
/** They mean the same at every command. */
const OF_THE_HOST = ['model', 'store', 'offline', 'quiet', 'json', 'help', 'version'];
const LONGEST_TEXT = 300;
const MOST = 50;

/** What is wrong with the metadata of a command; undefined when nothing is. */
export function commandProblem({ command, entry, summary, model, flags = {}, args = [] }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof command !== 'string' || !COMMAND.test(command)) return '“command” is not two or three words';
  if (!isEntry(entry)) return `“entry” of ${command} is no module inside the package`;
  if (!isText(summary)) return `“summary” of ${command} is no line of text`;
  if (model !== undefined && model !== 'required' && model !== 'optional') return `“model” of ${command} is neither required nor optional`;
  if (!isRecord(flags) || Object.keys(flags).length > MOST) return `“flags” of ${command} is no object of at most ${MOST} flags`;
  const flag = Object.entries(flags).find(([name, value]) => !isFlag(name, value));
  if (flag) return `“flags” of ${command} has what can be no flag: ${flag[0].slice(0, 100)}`;
  if (!Array.isArray(args) || args.length > MOST || !args.every(isArgument)) return `“args” of ${command} has what is no argument`;
  if (new Set(args.map(({ name }) => name)).size < args.length) return `“args” of ${command} has two of one name`;
  if (args.some(({ required }, index) => required && !args[index - 1]?.required && index > 0))
    return `“args” of ${command} asks for what is required after what is not`;
  return undefined;
}

function isFlag(name: string, value: unknown): boolean {
  if (!FLAG.test(name) || OF_THE_HOST.includes(name) || !isRecord(value) || !isText(value['summary'])) return false;
  const { type, options } = value;
  return type === 'string' ? options === undefined || isListOf(options, OPTION) : ['boolean', 'integer'].includes(String(type)) && options === undefined;
}

function isArgument(value: unknown): value is { readonly name: string; readonly required?: boolean } {
  return isRecord(value) && isListOf([value['name']], ARGUMENT) && isText(value['summary']) && ['boolean', 'undefined'].includes(typeof value['required']);
}

/** Text that can be shown as it is: neither what steers a terminal nor what a template of help would run. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_TEXT && !/\p{C}|<%/u.test(value);
}
