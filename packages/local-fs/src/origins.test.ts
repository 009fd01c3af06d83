import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOrigins, readOrigin } from './origins.ts';
import { scanCheckpoints } from './scan-unmanaged.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'ilab-origins-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const origins = createOrigins({ tool: 'ilab/1.0.0', clock: { now: () => new Date(0) } });
const ORIGIN = { parent: 'quay.io/acme/granite:v1', revision: 'sha256:ab', by: 'trl', step: 12 };

function adapter(name: string): string {
  const path = join(root, 'checkpoints', name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'adapter_config.json'), JSON.stringify({ peft_type: 'LORA', base_model_name_or_path: 'granite' }));
  writeFileSync(join(path, 'adapter_model.safetensors'), 'x');
  return path;
}

it('reads what was noted', async () => {
  const path = adapter('run/checkpoint-12');
  await origins.note(path, ORIGIN, {});
  expect(readOrigin(path)).toEqual(ORIGIN);
  expect(JSON.parse(readFileSync(join(path, '.metadata'), 'utf8'))).toMatchObject({ schema: 1, created: '1970-01-01T00:00:00.000Z', tool: 'ilab/1.0.0' });
});

it('lists checkpoints with their parents, and others without', () => {
  adapter('run/plain');
  expect([...scanCheckpoints(join(root, 'checkpoints'))]).toEqual([
    expect.objectContaining({ name: 'run/checkpoint-12', version: 'step 12', parent: ORIGIN.parent, format: 'adapter' }),
    expect.not.objectContaining({ parent: expect.anything() }),
  ]);
});

it.each([
  '',
  '[]',
  '{',
  '{"schema": 2}',
  '{"schema": 1}',
  '{"schema": 1, "parent": {"reference": 3}, "made": {"by": "x"}}',
  '{"schema": 1, "parent": null, "made": []}',
])('takes nothing from %j', (text) => {
  writeFileSync(join(root, '.metadata'), text);
  expect(readOrigin(root)).toBeUndefined();
});

it('shows nothing that steers a terminal', () => {
  writeFileSync(join(root, '.metadata'), JSON.stringify({ schema: 1, parent: { reference: `\u001b[2J${'x'.repeat(5000)}` }, made: { by: 'trl', step: -1.5 } }));
  expect(readOrigin(root)).toEqual({ parent: `?[2J${'x'.repeat(496)}`, by: 'trl' });
});

it('says where it can’t be noted', async () => {
  await expect(origins.note(join(root, 'nowhere'), ORIGIN, {})).rejects.toMatchObject({ code: 'E_STORE' });
});
