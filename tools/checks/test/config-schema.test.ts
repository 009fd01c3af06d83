import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configSchema } from '@ilab/sdk/config-schema';
import { safeParse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const schema: unknown = JSON.parse(readFileSync(`${root}docs/config.schema.json`, 'utf8'));
const GOLDEN = `${root}packages/sdk/test/config/golden/`;

type Schema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly propertyNames?: Schema;
};

/** As much of JSON Schema as the published one uses: a word that this test does not know fails it, as it would let editors and code differ unseen. */
const KNOWN =
  /^(?:\$schema|\$id|title|description|default|type|enum|anyOf|allOf|properties|required|additionalProperties|items|minLength|pattern|propertyNames)$/;
/^(?:\$schema|\$id|title|description|default|type|enum|anyOf|allOf|properties|required|additionalProperties|items|minLength|pattern|propertyNames)$/;

function onlyKnownWords(form: Schema): void {
  for (const word of Object.keys(form)) expect(word).toMatch(KNOWN);
}

function accepts(form: Schema | boolean | undefined, value: unknown): boolean {
  if (form === undefined || typeof form === 'boolean') return form ?? true;
  onlyKnownWords(form);
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (form.type !== undefined && form.type !== type) return false;
  if (form.enum && !form.enum.includes(value)) return false;
  if (form.anyOf && !form.anyOf.some((one) => accepts(one, value))) return false;
  if (form.allOf && !form.allOf.every((one) => accepts(one, value))) return false;
  if (typeof value === 'string') return value.length >= (form.minLength ?? 0) && new RegExp(form.pattern ?? '').test(value);
  if (Array.isArray(value)) return value.every((item) => accepts(form.items, item));
  return typeof value !== 'object' || value === null || acceptsMembers(form, value);
}

function acceptsMembers({ required = [], properties = {}, additionalProperties, propertyNames }: Schema, value: object): boolean {
  if (!required.every((name) => Object.hasOwn(value, name))) return false;
  return Object.entries(value).every(
    ([name, member]) => accepts(propertyNames, name) && accepts(Object.hasOwn(properties, name) ? properties[name] : additionalProperties, member),
  );
}

const examples = readdirSync(GOLDEN).filter((name) => name.endsWith('.new.yaml'));

describe('the published schema', () => {
  it.each(examples)('accepts what a migration wrote: %s', (name) => {
    const text = readFileSync(GOLDEN + name, 'utf8');
    expect(accepts(schema as Schema, parse(text, { merge: true }))).toBe(true);
  });

  it.each<[string, boolean]>([
    ['models: {pull: never, offline: true, max_connections: 3, limit_rate: 10M}', true],
    ['models: {aliases: {a: b/c, d: {model: e/f, family: granite}}}', true],
    ['models: {registries: {quay.io: {insecure: true, ca: null, mirrors: [a]}}}', true],
    ['models: {signatures: [{match: quay.io/a, mode: require, keys: [a.pem]}]}', true],
    ['models:', true],
    ['x-mine: {a: 1}', true],
    ['models: {pull: often}', false],
    ['models: {dir: 7}', false],
    ['models: {dir: ""}', false],
    ['models: {aliases: {d: {family: granite}}}', false],
    ['models: {registries: {quay.io: {insecure: "yes"}}}', false],
    ['models: {signatures: [{match: quay.io/a}]}', false],
    ['chat: {model: [a]}', false],
    ['rag: {embedding_model: {model: 1}}', false],
  ])('and the code say the same of %s', (text, good) => {
    expect([accepts(schema as Schema, parse(text)), safeParse(configSchema, parse(text)).success]).toEqual([good, good]);
  });
});
