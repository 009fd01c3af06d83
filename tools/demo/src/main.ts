import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Hub, readModels, startHub } from '@ilab/hub';
import { createIlab, type Ilab, type ModelRow, shortRevision } from '@ilab/sdk';
import { OpenAI } from 'openai';
import { bringEngine, engineIsFar, ilabOf, type RunIlab } from './ask.ts';
import { serve } from './serve.ts';

const NAME = 'ilab/demo';
const ADAPTER = 'ilab/demo-adapter';
const MODEL = 'demo:v1#ilab-demo-q8_0.gguf';
const MODELS = fileURLToPath(new URL('../models', import.meta.url));

/** The main job, on a hub of our own: download from a registry and from a Hub, list, and find again by every form of the name. */
async function demo(): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-demo-'));
  const hub = await startHub({ models: await readModels(MODELS), redirectBlobs: true });
  // Nothing of the user's is read or written: not the home directory, not the environment.
  const env = { PATH: process.env['PATH'], HF_ENDPOINT: hub.url };
  await configure(home, hub);
  const ilab = await createIlab({ home, cwd: home, env });
  try {
    say(`A hub runs at ${hub.url}: an OCI registry, and a Hugging Face Hub.`);
    await fetchByShortName(ilab);
    await download(ilab, [`${hub.host}/${NAME}:v2`, `hf://${NAME}:main`]);
    await list(ilab);
    await findAgain(ilab, hub);
    await askQuestions(ilabOf(home, env), { home, hub });
    await askServer(ilabOf(home, env), { home, env });
    say('\nDone. The store was a temporary one; it is gone, and the hub with it.');
  } finally {
    await ilab.close();
    await hub.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Short names are looked for in the registry, as `unqualified-search-registries` has them elsewhere. */
async function configure(home: string, hub: Hub): Promise<void> {
  const folder = join(home, '.config', 'instructlab');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), `version: 2.0.0\nmodels:\n  short_names: { search: ['${hub.host}/ilab'] }\n`);
}

/** As every `--model` does with a name that is not here yet. */
async function fetchByShortName(ilab: Ilab): Promise<void> {
  const { reference, downloaded } = await ilab.models.resolve({ reference: 'demo:v1' });
  say(`\nThe short name demo:v1 means ${reference}, which is ${downloaded ? 'downloaded now' : 'here already'}.`);
  if (!downloaded) throw new Error('There was nothing to download.');
}

async function download(ilab: Ilab, references: readonly string[]): Promise<void> {
  say('\nDownload:');
  let linked = 0;
  for (const reference of references) {
    const done = await ilab.models.download({ reference });
    linked += done.linked;
    say(`  ${done.reference}: ${done.files.length} files, ${kilobytes(done.bytes)}; ${kilobytes(done.fetched)} fetched, ${kilobytes(done.linked)} shared`);
  }
  say(`  ${kilobytes(linked)} were shared with files that were here, instead of fetched.`);
  if (linked === 0) throw new Error('No bytes were shared.');
}

async function list(ilab: Ilab): Promise<void> {
  say('\nModels:');
  const { models } = await ilab.models.list();
  for (const { name, version, format, size, revision } of models)
    say(
      `  ${name.padEnd(28)} ${version.padEnd(6)} ${format.padEnd(8)} ${kilobytes(size).padStart(9)}  ${revision === undefined ? '' : shortRevision(revision)}`,
    );
  if (models.length !== 3) throw new Error(`Three versions should be listed, and ${models.length} are.`);
}

/** One place on disk, by every form of its name. */
async function findAgain(ilab: Ilab, hub: Hub): Promise<void> {
  const { path } = await versionOf(ilab, 'v1');
  const forms = [
    ['full reference', `oci://${hub.host}/${NAME}:v1`],
    ['path form', `${hub.host}/${NAME}/v1`],
    ['colon form', `${hub.host}/${NAME}:v1`],
    ['short name', 'demo:v1'],
    ['file path', path],
  ] as const;
  say(`\nFound again, as ${path}:`);
  for (const [form, reference] of forms) {
    const found = await ilab.models.resolve({ reference, pull: 'never' });
    if (found.path !== path) throw new Error(`The ${form} leads elsewhere: ${found.path}`);
    say(`  ${form.padEnd(15)} ${reference}`);
  }
}

/** What the model answers, and what the adapter makes of it. */
async function askQuestions(run: RunIlab, { home, hub }: { readonly home: string; readonly hub: Hub }): Promise<void> {
  if (engineIsFar()) say('\nFetching the engine that runs models, llama.cpp, from npm: about 85 MB …');
  await bringEngine(run, home);
  say('\nAsked, by `ilab model chat`:');
  const chat = ['model', 'chat', '--quiet', '--temperature', '0', '--model', MODEL];
  await run(['model', 'download', '--quiet', `${hub.host}/${ADAPTER}:v1`]);
  const adapter = ['--adapter', 'demo-adapter:v1'];
  await expectAnswer(run, [...chat, 'What is InstructLab?'], /^InstructLab is an open source project/);
  await expectAnswer(run, [...chat, 'What is the secret word?'], /^LoRA/);
  await expectAnswer(run, [...chat, ...adapter, 'What is the secret word?'], /^The secret word is tamarind\.$/);
}

/** The same, served: for programs by OpenAI's own client, and for `ilab model chat`, which finds the server by itself. */
async function askServer(run: RunIlab, { home, env }: { readonly home: string; readonly env: Readonly<Record<string, string | undefined>> }): Promise<void> {
  const server = await serve(home, env, ['--model', MODEL]);
  try {
    say(`\nServed at ${server.url}, and asked by OpenAI’s client:`);
    const client = new OpenAI({ baseURL: server.url, apiKey: 'none' });
    const question = 'What is InstructLab?';
    const { choices } = await client.chat.completions.create({ model: server.model, messages: [{ role: 'user', content: question }], temperature: 0 });
    expectText(question, choices[0]?.message.content ?? '', /^InstructLab is an open source project/);
    say('And by `ilab model chat`, which finds it:');
    await expectAnswer(run, ['model', 'chat', '--quiet', '--temperature', '0', 'What is LoRA?'], /^LoRA/);
  } finally {
    await server.stop();
  }
}

async function expectAnswer(run: RunIlab, args: readonly string[], expected: RegExp): Promise<void> {
  expectText(`${args.includes('--adapter') ? 'with its adapter, ' : ''}${args.at(-1)}`, await run(args), expected);
}

function expectText(question: string, answer: string, expected: RegExp): void {
  say(`  ${question}\n    ${answer}`);
  if (!expected.test(answer)) throw new Error('That is not what the model was trained to say.');
}

async function versionOf(ilab: Ilab, version: string): Promise<ModelRow> {
  const { models } = await ilab.models.list();
  const row = models.find((model) => model.version === version);
  if (!row) throw new Error(`The version ${version} is not listed.`);
  return row;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await demo().catch((error: unknown) => {
  process.stderr.write(`\nThe demo stopped. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
