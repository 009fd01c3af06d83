import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineSession } from '@ilab/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';
import { tinyLlama } from './tiny-llama.ts';

const SEEDS = 6;
const unit = { type: 'object', properties: { unit: { enum: ['c', 'f'] } }, required: ['unit'], additionalProperties: false };
const named = (schema: object, strict = true) => ({ type: 'json_schema', json_schema: { name: 'a', strict, schema } });

async function answer(session: EngineSession, more: object): Promise<unknown> {
  const messages = [{ role: 'user', content: 'Tell me?' }];
  const { status, body } = await post(session, 'chat/completions', { model: 'demo', messages, max_tokens: 200, ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  const { choices } = body as { readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[] };
  const [{ message, finish_reason: reason } = { message: { content: '' }, finish_reason: '' }] = choices;
  expect(reason, message.content).toBe('stop');
  return JSON.parse(message.content);
}

describe.skipIf(NO_ENGINE)(`answers by a JSON Schema (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let session: EngineSession;
  beforeAll(async () => {
    session = await realEngine().start({ ...DEMO, model: { ...DEMO.model, adapters: [] } }, {});
  }, 60_000);
  afterAll(() => session?.end());

  it.each<[string, object, unknown]>([
    ['one of some', { anyOf: [{ enum: ['a', 'b'] }, { const: 7 }] }, expect.toSatisfy((value) => ['a', 'b', 7].includes(value as string))],
    [
      'what is defined apart',
      { type: 'object', properties: { best: { $ref: '#/$defs/unit' } }, required: ['best'], $defs: { unit } },
      { best: { unit: expect.stringMatching(/^[cf]$/) } },
    ],
    ['one part for the whole', { allOf: [{ const: 'x' }] }, 'x'],
    ['a list of such', { type: 'array', items: { anyOf: [unit] }, minItems: 1, maxItems: 1 }, [{ unit: expect.stringMatching(/^[cf]$/) }]],
    [
      'one type of two',
      { type: ['boolean', 'array'], items: { const: 1 }, maxItems: 1 },
      expect.toSatisfy((value) => typeof value === 'boolean' || Array.isArray(value)),
    ],
  ])('keep to %s', async (_what, schema, expected) => {
    for (let seed = 0; seed < SEEDS; seed++) {
      expect(await answer(session, { response_format: named(schema), seed, temperature: 1.5 })).toEqual(expected);
    }
  });

  it('are not promised where they can’t be held to', async () => {
    const schema = { type: 'string', pattern: '^x$', maxLength: 3 };
    expect(
      await post(session, 'chat/completions', { model: 'demo', messages: [{ role: 'user', content: 'x' }], response_format: named(schema) }),
    ).toMatchObject({
      status: 400,
      body: { error: { param: 'response_format', message: expect.stringContaining('“pattern”') } },
    });
    expect(await answer(session, { response_format: named(schema, false) })).toEqual(expect.any(String));
  });
});

describe.skipIf(NO_ENGINE)(`a model that would write numbers which nobody can read (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let folder: string;
  let session: EngineSession;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ilab-numbers-'));
    const path = join(folder, 'model.gguf');
    // 1e999…, by itself or in an object.
    await writeFile(path, tinyLlama({ '?': '1', '!': '{"a":1', '{"a":1': 'e', '1': 'e', e: '9', '9': '9', '\n': '}' }));
    const model = { names: ['demo'], path, format: 'gguf', files: [], adapters: [] } as const;
    const chatTemplate = '{%- for message in messages -%}{{ message.content }}{%- endfor -%}';
    session = await realEngine().start({ ...DEMO, model, slots: 1, chatTemplate }, {});
  }, 60_000);
  afterAll(async () => {
    await session?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ['number', { response_format: named({ type: 'number' }) }, (value: unknown) => Number.isFinite(value)],
    ['integer', { response_format: named({ type: 'integer' }) }, Number.isInteger],
    [
      'a',
      { response_format: { type: 'json_object' }, messages: [{ role: 'user', content: '!' }] },
      (value: unknown) => Number.isFinite((value as { a: number }).a),
    ],
  ] as const)('is kept to others: %s', async (_what, format, isSound) => {
    expect(await answer(session, { ...format, temperature: 0 })).toSatisfy(isSound);
  });
});
