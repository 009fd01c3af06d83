import { badRequest } from '../api-error.ts';
import { isRecord } from '../fields.ts';

type Schema = Readonly<Record<string, unknown>>;

/** What is said beside a schema. */
const NOTES = ['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$schema', '$id', '$comment', '$defs', 'definitions'];
/** What is kept to of each type. */
const KEPT: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  string: ['minLength', 'maxLength', 'format'],
  number: [],
  integer: [],
  boolean: [],
  null: [],
};
const FORMATS = ['date-time', 'date', 'time'];
/** Of a schema that says no type. */
const MARKS = ['object', 'array', 'string'] as const;

const ANYTHING: Schema = { oneOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'object', additionalProperties: true }, { type: 'array' }] };
const ROOT = 'the-whole';

export interface Holding {
  /** What it was sent as. */
  readonly param: string;
  /** Whether a schema that can be held to in part only is refused. */
  readonly strict: boolean;
}

/**
 * A JSON Schema as the library takes it, which knows a part of the language and takes what it does not know for `null`: an answer that
 * keeps to it keeps to the given one as well, but for words such as `pattern` or `minimum`, which are dropped where it is not strict.
 * @throws ApiError 400 for what refers to nothing, and for what strict ones can't be held to
 */
export function heldSchema(schema: Schema, { param, strict }: Holding): Schema {
  const definitions = { ...record(schema['definitions']), ...record(schema['$defs']) };
  let isRootMeant = false;
  const root = held(schema);
  const defs = Object.fromEntries(Object.entries(definitions).map(([name, one]) => [name, held(one)]));
  if (isRootMeant) return { $ref: `#/$defs/${ROOT}`, $defs: { ...defs, [ROOT]: root } };
  return Object.keys(defs).length === 0 ? root : { ...root, $defs: defs };

  function held(node: unknown): Schema {
    if (node === true) return ANYTHING;
    if (!isRecord(node)) throw badRequest(`A schema in “${param}” is no object.`, param);
    const { $ref: reference, allOf, description } = node;
    const said = typeof description === 'string' ? { description } : {};
    if (Array.isArray(allOf) && allOf.length === 1) return held({ ...without(node, 'allOf'), ...record(allOf[0]) });
    if (reference !== undefined) return { $ref: referred(reference) };
    const alternatives = node['anyOf'] ?? node['oneOf'];
    if (Array.isArray(alternatives) && alternatives.length > 0 && node['properties'] === undefined) {
      // A type beside them says again what they say.
      refuseOthers(node, ['anyOf', 'oneOf', 'type']);
      return { oneOf: alternatives.map(held), ...said };
    }
    for (const one of ['const', 'enum'] as const) {
      if (node[one] === undefined) continue;
      refuseOthers(node, ['const', 'enum', 'type']);
      return { [one]: node[one], ...said };
    }
    return { ...typed(node), ...said };
  }

  function typed(node: Schema): Schema {
    const { type = MARKS.find((one) => KEPT[one]?.some((word) => word in node)) } = node;
    if (type === undefined) {
      refuseOthers(node, []);
      return ANYTHING;
    }
    const types: unknown[] = Array.isArray(type) && type.length > 0 ? type : [type];
    refuseOthers(node, ['type', ...types.flatMap((one) => kept(one))]);
    const [only, ...others] = types;
    return others.length === 0 ? ofType(only, node) : { oneOf: types.map((one) => ofType(one, node)) };
  }

  function kept(type: unknown): readonly string[] {
    const words = typeof type === 'string' && Object.hasOwn(KEPT, type) ? KEPT[type] : undefined;
    if (!words) throw badRequest(`A schema in “${param}” has a type that JSON has not.`, param);
    return words;
  }

  function ofType(type: unknown, node: Schema): Schema {
    if (type === 'object') return { type, ...objectWords(node) };
    if (type === 'array') return { type, ...arrayWords(node) };
    if (type !== 'string') return { type };
    const { minLength, maxLength, format } = node;
    if (FORMATS.includes(format as string)) return { type, format };
    if (format !== undefined) refuse('format');
    return { type, ...(minLength !== undefined && { minLength }), ...(maxLength !== undefined && { maxLength }) };
  }

  function objectWords(node: Schema): Schema {
    const { properties, additionalProperties: more, minProperties, maxProperties } = node;
    const own = Object.fromEntries(Object.entries(record(properties)).map(([name, one]) => [name, held(one)]));
    // Without any of its own, others are what it is for; beside some they are left out, as it may.
    const others = more === undefined ? Object.keys(own).length === 0 : typeof more === 'boolean' ? more : held(more);
    return {
      properties: own,
      additionalProperties: others,
      ...(minProperties !== undefined && { minProperties }),
      ...(maxProperties !== undefined && { maxProperties }),
    };
  }

  function arrayWords({ items, prefixItems, minItems, maxItems }: Schema): Schema {
    const first = Array.isArray(items) ? items : prefixItems;
    return {
      ...(items !== undefined && !Array.isArray(items) && { items: held(items) }),
      ...(Array.isArray(first) && { prefixItems: first.map(held) }),
      ...(minItems !== undefined && { minItems }),
      ...(maxItems !== undefined && { maxItems }),
    };
  }

  function referred(reference: unknown): string {
    if (reference === '#') {
      isRootMeant = true;
      return `#/$defs/${ROOT}`;
    }
    const name = typeof reference === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference)?.[1] : undefined;
    if (name === undefined || !Object.hasOwn(definitions, name)) throw badRequest(`“$ref” refers to nothing in $defs of this schema.`, param);
    return `#/$defs/${name}`;
  }

  function refuseOthers(node: Schema, words: readonly string[]): void {
    const other = Object.keys(node).find((word) => !words.includes(word) && !NOTES.includes(word));
    if (other !== undefined) refuse(other);
  }

  function refuse(word: string): void {
    if (strict) throw badRequest(`“${word.slice(0, 50)}” of this schema can’t be kept to. Leave it out, or “strict”.`, param);
  }
}

function record(value: unknown): Schema {
  return isRecord(value) ? value : {};
}

function without(node: Schema, word: string): Schema {
  return Object.fromEntries(Object.entries(node).filter(([name]) => name !== word));
}
