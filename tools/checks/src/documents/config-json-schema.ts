import { configSchema, describe, SCHEMA_ADDRESS, SETTING_KEYS } from '@ilab/sdk/config-schema';
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';

/** The schema that editors complete and check configurations by; said of each setting is what its table says. */
export function configJsonSchema(): string {
  // What is checked beyond the form (a policy without keys) has no words in JSON Schema.
  const { $schema, ...schema } = toJsonSchema(configSchema, { errorMode: 'ignore' });
  for (const key of SETTING_KEYS) annotate(schema, key);
  const head = { $schema, $id: SCHEMA_ADDRESS, title: 'Configuration of ilab, version 2.0.0' };
  return `${JSON.stringify({ ...head, ...schema }, null, 2)}\n`;
}

function annotate(schema: JsonSchema, key: (typeof SETTING_KEYS)[number]): void {
  const { about, environment, fallback } = describe(key);
  const node = key.split('.').reduce<JsonSchema | undefined>((at, name) => at && property(at, name), schema);
  if (!node) throw new Error(`${key} is described and not in the schema`);
  node.description = environment === undefined ? about : `${about} The variable ${environment} wins over it.`;
  if (fallback !== undefined) node.default = typeof fallback === 'object' ? (structuredClone(fallback) as never) : fallback;
}

/** A property of an object, also of one that may be null. */
function property({ properties, anyOf = [] }: JsonSchema, name: string): JsonSchema | undefined {
  const found = properties?.[name];
  if (typeof found === 'object') return found;
  return anyOf.flatMap((one) => (typeof one === 'object' ? (property(one, name) ?? []) : []))[0];
}
