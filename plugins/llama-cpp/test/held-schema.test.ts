import { describe, expect, it } from 'vitest';
import { heldSchema } from '../src/child/chat/held-schema.ts';

const held = (schema: Readonly<Record<string, unknown>>, strict = false): object => heldSchema(schema, { param: 'p', strict });
const ANYTHING = { oneOf: [{ type: ['string', 'number', 'boolean', 'null'] }, { type: 'object', additionalProperties: true }, { type: 'array' }] };

describe('a schema as the library takes it', () => {
  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['keeps what it knows', { type: 'string', minLength: 1, maxLength: 2 }, { type: 'string', minLength: 1, maxLength: 2 }],
    ['says one of some', { anyOf: [{ type: 'string' }, { type: 'null' }], title: 'X' }, { oneOf: [{ type: 'string' }, { type: 'null' }] }],
    [
      'has a value of its own for each type',
      { type: ['array', 'null'], items: { type: 'null' } },
      { oneOf: [{ type: 'array', items: { type: 'null' } }, { type: 'null' }] },
    ],
    ['takes one part of all for the whole', { description: 'D', allOf: [{ enum: [1] }] }, { enum: [1], description: 'D' }],
    ['lets what says nothing be anything', { title: 'T' }, ANYTHING],
    ['lets what may be anything be so', { type: 'array', items: true }, { type: 'array', items: ANYTHING }],
    ['knows a type by its words', { items: { minLength: 1 } }, { type: 'array', items: { type: 'string', minLength: 1 } }],
    ['has any properties where none are named', { type: 'object' }, { type: 'object', properties: {}, additionalProperties: true }],
    [
      'has no others where some are',
      { properties: { a: { const: null } } },
      { type: 'object', properties: { a: { const: null } }, additionalProperties: false },
    ],
    ['has older lists', { type: 'array', items: [{ const: 1 }, { const: 2 }] }, { type: 'array', prefixItems: [{ const: 1 }, { const: 2 }] }],
    ['has older definitions', { definitions: { a: { const: 1 } }, $ref: '#/definitions/a' }, { $ref: '#/$defs/a', $defs: { a: { const: 1 } } }],
    [
      'refers to itself',
      { properties: { a: { anyOf: [{ $ref: '#' }, { const: 1 }] } } },
      {
        $ref: '#/$defs/the-whole',
        $defs: { 'the-whole': { type: 'object', properties: { a: { oneOf: [{ $ref: '#/$defs/the-whole' }, { const: 1 }] } }, additionalProperties: false } },
      },
    ],
  ])('%s', (_what, schema, expected) => {
    expect(held(schema)).toEqual(expected);
    expect(held(schema, true)).toEqual(expected);
  });

  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    ['pattern', { type: 'string', pattern: 'x' }, { type: 'string' }],
    ['format', { type: 'string', format: 'email' }, { type: 'string' }],
    ['minimum', { type: 'integer', minimum: 0 }, { type: 'integer' }],
    ['uniqueItems', { type: 'array', uniqueItems: true }, { type: 'array' }],
    ['not', { not: { type: 'null' } }, ANYTHING],
    ['allOf', { allOf: [{ type: 'string' }, { type: 'null' }] }, ANYTHING],
    ['items', { type: 'string', items: {} }, { type: 'string' }],
    ['properties', { anyOf: [{ required: ['a'] }], properties: {} }, { type: 'object', properties: {}, additionalProperties: true }],
  ])('does without “%s”, or refuses it where nothing may be missing', (word, schema, expected) => {
    expect(held(schema)).toEqual(expected);
    const named = word === 'properties' ? 'anyOf' : word;
    expect(() => held(schema, true)).toThrow(expect.objectContaining({ status: 400, param: 'p', message: expect.stringContaining(`“${named}”`) }));
  });

  it.each([
    { $ref: '#/$defs/a' },
    { $ref: '#/properties/a', properties: { a: {} } },
    { $ref: 'https://schema.example/a' },
    { $ref: 7 },
    { type: 'date' },
    { type: [] },
    { type: 'toString' },
    { items: 7 },
    { properties: { a: false } },
    { anyOf: [7] },
  ])('refuses %j', (schema) => {
    expect(() => held(schema)).toThrow(expect.objectContaining({ status: 400, param: 'p' }));
  });
});
