import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { configurationFile } from '../../src/index.ts';

function withTemplate(text: string | undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-template-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const template = join(directory, 'global.yaml');
  if (text !== undefined) writeFileSync(template, text);
  const path = join(directory, 'config.yaml');
  return { template, file: configurationFile({ env: { ILAB_GLOBAL_CONFIG: template, ILAB_CONFIG: path } }), now: () => readFileSync(path, 'utf8') };
}

it('a new file begins as the template, in the current version', async () => {
  const { file, now, template } = withTemplate('version: 1.0.0\n# ours\nserve:\n  model_path: /data/m.gguf\nchat:\n  model: /data/m.gguf\n');
  expect(await file.template()).toMatchObject({ path: template, model: '/data/m.gguf' });
  await file.init({});
  expect(now()).toMatch(/version: 2\.0\.0\n# ours\nserve:\n {2}model: \/data\/m\.gguf\nchat:\n {2}model: \/data\/m\.gguf\n$/);
});

it('takes another model where one is named, and keeps the rest', async () => {
  const { file, now } = withTemplate('version: 2.0.0\nmodels: {pull: never} # ours\n');
  expect((await file.template())?.model).toBeUndefined();
  await file.init({ model: 'acme/m' });
  expect(now()).toBe('version: 2.0.0\nmodels: {pull: never} # ours\nchat:\n  model: acme/m\nserve:\n  model: acme/m\n');
});

it.each([
  [undefined, /ILAB_GLOBAL_CONFIG names \S+global\.yaml, and nothing is there/],
  ['version: 2.0.0\nmodels: {pull: x}\n', /global\.yaml:2:10: models\.pull must be/],
])('a template that can’t be used ends it, and nothing is written', async (text, says) => {
  const { file, now } = withTemplate(text);
  await expect(file.init({ model: 'acme/m' })).rejects.toMatchObject({
    code: 'E_BAD_CONFIG',
    message: expect.stringMatching(says),
    hint: expect.stringContaining('ILAB_GLOBAL_CONFIG'),
  });
  expect(now).toThrow();
});

it('without one, a model has to be named', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ilab-template-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  await expect(configurationFile({ env: { ILAB_CONFIG: join(directory, 'c.yaml') } }).init({})).rejects.toMatchObject({ code: 'E_USAGE' });
});
