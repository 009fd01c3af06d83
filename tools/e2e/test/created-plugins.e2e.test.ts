import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type AuthorWorld, createAuthorWorld, createReader, IS_WHOLE, lackingAuthorWorld, type Outcome, type Reader, root } from '../src/index.ts';

const LACKS = await lackingAuthorWorld();
const FILES = { 'config.json': '{}', 'model.safetensors': 'weights '.repeat(500) };
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

let world: AuthorWorld;
let reader: Reader;
beforeAll(async () => {
  if (!LACKS) world = await createAuthorWorld();
}, 600_000);
afterAll(() => world?.[Symbol.asyncDispose]());

async function types(line: string): Promise<Outcome> {
  const outcome = await world.types(reader, { line, stays: false });
  expect(outcome, `${line}\n${outcome.stdout}${outcome.stderr}`).toMatchObject({ code: 0 });
  return outcome;
}

/** Serves a model for `ilab model download`. @returns its reference */
async function served(files: Readonly<Record<string, string>>): Promise<string> {
  const hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf(files)]]) }] });
  onTestFinished(() => hub.close());
  return `${hub.host}/acme/model:v1`;
}

/** What is done with a plugin of each kind once it is installed; the registry's is in the tutorial. */
const USES = {
  async command() {
    const model = join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'safetensors');
    expect((await types(`ilab my-command report Mine --most 1 --model ${model}`)).stdout).toMatch(/^Mine\n *\d+ {2}model\.safetensors\n$/);
    const { result } = JSON.parse((await types(`ilab my-command report --json --model ${model}`)).stdout) as { result: object };
    expect(result).toMatchObject({ files: 5, largest: expect.any(Array) });
    expect((await types('ilab help my-command report')).stdout).toContain('--most');
    expect((await types('ilab plugins list')).stdout).toMatch(/^ilab-plugin-my-command +0\.1\.0 +ready +my-command report /m);
  },
  async donor() {
    const blobs = join(world.workspace.home, '.my-donor', 'blobs');
    await mkdir(blobs, { recursive: true });
    await writeFile(join(blobs, sha256(FILES['model.safetensors'])), FILES['model.safetensors']);
    const { stdout } = await types(`ilab model download --json ${await served(FILES)}`);
    expect(JSON.parse(stdout)).toMatchObject({ result: [{ donated: { 'my-donor': FILES['model.safetensors'].length } }] });
  },
  async verifier() {
    const folder = join(world.workspace.home, 'signed');
    await mkdir(folder);
    for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
    const [signer] = /sha256:[0-9a-f]{64}/.exec((await types(`npm run sign -- ${folder}`)).stdout) ?? [];
    const trust = [join(reader.directory, 'my-verifier.pem')];
    const config = join(world.workspace.home, '.config', 'instructlab');
    await mkdir(config, { recursive: true });
    const signatures = [{ match: '**', mode: 'require', verifiers: [{ verifier: 'my-verifier', signers: [signer], trust }] }];
    await writeFile(join(config, 'config.yaml'), JSON.stringify({ version: '2.0.0', models: { signatures } }));
    await types(`ilab model download ${await served({ ...FILES, 'model.sig': await readFile(join(folder, 'model.sig'), 'utf8') })}`);
    expect(await world.types(reader, { line: `ilab model download ${await served(FILES)}`, stays: false })).toMatchObject({ code: 5 });
  },
  async engine() {
    expect((await types('ilab engine list')).stdout).toMatch(/^my-engine .*ready/m);
  },
  async runner() {
    expect((await types('ilab runner list')).stdout).toMatch(/^my-runner .*ready/m);
  },
} as const;

describe.each(Object.keys(USES) as readonly (keyof typeof USES)[])('npm create ilab-plugin -- --kind %s', (kind) => {
  const lacks = LACKS ?? (IS_WHOLE || kind === 'command' ? undefined : 'in the full run');

  it.skipIf(lacks)(
    `writes a package whose tests pass as it is, outside of this repository, and that works${lacks ? ` (${lacks})` : ''}`,
    { timeout: 300_000 },
    async () => {
      await using own = createReader(world.workspace.home, world.env);
      reader = own;
      for (const line of [`npm create ilab-plugin@latest my-${kind} -- --kind ${kind}`, `cd ilab-plugin-my-${kind}`, 'npm install', 'npm test', 'npm pack'])
        await types(line);
      const adds = kind === 'engine' || kind === 'runner' ? kind : 'plugins';
      await types(`ilab ${adds} install --yes ./ilab-plugin-my-${kind}-0.1.0.tgz`);
      await USES[kind]();
    },
  );
});
