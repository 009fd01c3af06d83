import { badRequest } from '../api-error.ts';
import { type Body, booleanField, isRecord } from '../fields.ts';
import type { Functions } from '../llama.ts';
import { heldSchema } from './held-schema.ts';
import { checkSchemaSize } from './schema-size.ts';

/** Functions that may be called, or of which one must be. */
export interface Tools {
  readonly functions: Functions;
  /** Calls in one answer. */
  readonly most: number;
  /** Names of those of which one must be called; undefined where the model may choose. */
  readonly forced?: readonly string[];
}

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const MOST = 128;
const MOST_CALLS = 8;

/** @returns undefined where nothing is to be called; @throws ApiError 400 */
export function toolsOf(body: Body): Tools | undefined {
  const { tools = [], tool_choice: choice = 'auto' } = body;
  if (tools === null || (Array.isArray(tools) && tools.length === 0) || choice === 'none') return undefined;
  if (!Array.isArray(tools) || tools.length > MOST) throw badRequest(`“tools” is no list of at most ${MOST} functions.`, 'tools');
  checkSchemaSize(tools, 'tools');
  const functions: Functions = Object.fromEntries(tools.map(functionOf));
  const most = booleanField(body, 'parallel_tool_calls', true) ? MOST_CALLS : 1;
  if (choice === 'required') return { functions, most, forced: Object.keys(functions) };
  if (choice === 'auto' || choice === null) return { functions, most };
  if (isRecord(choice) && isRecord(choice['allowed_tools'])) return allowed(choice['allowed_tools'], { functions, most });
  return { functions, most, forced: [nameIn(choice, functions)] };
}

/** Some of the functions, of which one may be called or must be. */
function allowed({ mode, tools }: Readonly<Record<string, unknown>>, { functions, most }: Tools): Tools {
  if (!Array.isArray(tools) || tools.length === 0) throw badRequest('“tool_choice” allows no list of tools.', 'tool_choice');
  const names = tools.map((tool) => nameIn(tool, functions));
  const some = Object.fromEntries(names.map((name) => [name, functions[name] ?? {}]));
  if (mode !== 'auto' && mode !== 'required') throw badRequest('“tool_choice” has a mode that is neither auto nor required.', 'tool_choice');
  return { functions: some, most, ...(mode === 'required' && { forced: names }) };
}

function nameIn(tool: unknown, functions: Functions): string {
  const name = isRecord(tool) && isRecord(tool['function']) ? tool['function']['name'] : undefined;
  if (typeof name === 'string' && Object.hasOwn(functions, name)) return name;
  throw badRequest('“tool_choice” names none of the tools.', 'tool_choice');
}

function functionOf(tool: unknown): readonly [string, Functions[string]] {
  const described = isRecord(tool) && tool['type'] === 'function' ? tool['function'] : undefined;
  const { name, description, parameters, strict } = isRecord(described) ? described : {};
  if (typeof name !== 'string' || !NAME.test(name)) throw badRequest('A tool is no function with a name.', 'tools');
  if (parameters !== undefined && !isRecord(parameters)) throw badRequest(`The parameters of “${name}” are no JSON Schema.`, 'tools');
  const params = parameters && heldSchema(parameters, { param: 'tools', strict: strict === true });
  return [name, { ...(typeof description === 'string' && { description }), ...(params && { params }) }];
}

/** A schema of one call of one of the forced functions: `{name, arguments}`. */
export function callSchema({ functions }: Tools, forced: readonly string[]): object {
  const calls = forced.map((name) => ({
    type: 'object',
    properties: { name: { const: name }, arguments: functions[name]?.params ?? { type: 'object', properties: {} } },
    required: ['name', 'arguments'],
    additionalProperties: false,
  }));
  return calls.length === 1 ? (calls[0] ?? {}) : { oneOf: calls };
}

/** What the model is told of functions of which it must call one. */
export function callInstruction({ functions }: Tools, forced: readonly string[]): string {
  const described = forced.map((name) => JSON.stringify({ name, ...functions[name] }));
  return `Answer with a call of a function, as JSON with its name and its arguments.\n${described.join('\n')}`;
}
