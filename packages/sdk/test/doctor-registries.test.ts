import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startHub } from '@ilab/hub';
import { expect, it, onTestFinished } from 'vitest';
import { createIlab, type Finding } from '../src/index.ts';

const CONF = '.config/containers/registries.conf';
const CONFIG = `version: 2.0.0
models:
  offline: true
  registries:
    quay.io: { mirrors: [mirror.example/quay] }
    a.corp.example: {}
`;

async function diagnose(files: Readonly<Record<string, string>>): Promise<{ readonly home: string; readonly about: (check: string) => readonly Finding[] }> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'ilab-doctor-')));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ '.config/instructlab/config.yaml': CONFIG, ...files })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  await using ilab = await createIlab({ home, cwd: home, env: {} });
  const { findings } = await ilab.doctor();
  return { home, about: (check) => findings.filter((finding) => finding.check === check) };
}

it('which file decides a host, and what', async () => {
  const text = `[[registry]]
prefix = "*.corp.example"
blocked = true
[[registry]]
location = "quay.io"
insecure = true
[[registry.mirror]]
location = "old.example"
[[registry]]
prefix = "quay.io/acme"
location = "acme.example"
mirror-by-digest-only = true
[[registry.mirror]]
location = "m.example"
insecure = true
[[registry]]
location = "unused.example"
`;
  const { home, about } = await diagnose({ [CONF]: text });
  const file = join(home, CONF);
  expect(about('registries.conf')).toEqual(
    [
      `Read from ${file}.`,
      `*.corp.example is blocked: ${file}.`,
      `quay.io is read from mirror.example/quay, then quay.io, insecure: ${file}.`,
      `quay.io/acme is read from m.example (by digest) (insecure), then acme.example: ${file}.`,
    ].map((message) => ({ check: 'registries.conf', state: 'ok', message })),
  );
});

it('what is wrong in it, with its line', async () => {
  const { about } = await diagnose({ [CONF]: '[[registry]]\nprefix = 7\n' });
  expect(about('registries.conf')).toEqual([
    expect.objectContaining({ state: 'problem', code: 'E_BAD_CONFIG', message: expect.stringContaining('line 2: registry[0].prefix') }),
  ]);
});

it('certificates of hosts, and half of a pair', async () => {
  const certs = '.config/containers/certs.d';
  const { home, about } = await diagnose({ [`${certs}/quay.io/ca.crt`]: 'PEM', [`${certs}/a.corp.example/me.key`]: 'PEM' });
  expect(about('certificates')).toEqual([
    expect.objectContaining({ state: 'problem', code: 'E_BAD_CONFIG', message: expect.stringContaining('me.key and no me.cert') }),
    { check: 'certificates', state: 'ok', message: `quay.io has 1 authority and 0 client certificates: ${join(home, certs, 'quay.io')}.` },
  ]);
});

it('whether mirrors answer, and a registry that does not is no problem where they do', async () => {
  const mirror = await startHub({ models: [] });
  onTestFinished(() => mirror.close());
  const text = `[[registry]]\nlocation = "127.0.0.1:1"\n[[registry.mirror]]\nlocation = "${mirror.host}/cache"\n[[registry]]\nlocation = "127.0.0.1:2"\nblocked = true\n`;
  const config = 'version: 2.0.0\nmodels: { registries: { "127.0.0.1:1": {}, "127.0.0.1:2": {} } }\n';
  const { about } = await diagnose({ [CONF]: text, '.config/instructlab/config.yaml': config });
  expect(about(`registry ${mirror.host}`)).toMatchObject([{ state: 'ok', message: 'It answers.' }]);
  expect(about('registry 127.0.0.1:1')).toMatchObject([{ state: 'warning', message: expect.stringContaining('its mirrors are asked alone') }]);
  expect(about('registry 127.0.0.1:2')).toMatchObject([{ state: 'ok', message: expect.stringContaining('blocks it') }]);
});
