import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { snapshotOf, startHub } from '@ilab/hub';
import { ilab } from './in-process.ts';

/** A machine that has what the examples of help speak of: models in the store and in folders, a Hub, and a registry in the place of theirs. */
export interface ExampleWorld {
  readonly home: string;
  /** The same machine again, as if nothing had been run on it. @returns its environment */
  fresh(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

const CONFIG = '{"model_type":"llama"}';
/** Version 3, without tensors or keys. */
const GGUF = Buffer.concat([Buffer.from('GGUF\u0003\u0000\u0000\u0000'), Buffer.alloc(16)]);
const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }));
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(header.length));
const SAFETENSORS = Buffer.concat([length, header, Buffer.alloc(4)]);

const FOLDER = { 'config.json': CONFIG, 'model.safetensors': SAFETENSORS };
const QUANTISED = { 'model-Q4_K_M.gguf': GGUF, 'model-Q8_0.gguf': GGUF };
const ADAPTER = { 'adapter_config.json': '{"peft_type":"LORA"}', 'adapter_model.safetensors': SAFETENSORS };

/** At the Hub, and by the same names at every registry. */
const REPOSITORIES: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | Buffer>>>>>> = {
  'ai-lab/models/granite-7b-lab': { 'v1.0': FOLDER, 'v1.1': { ...FOLDER, 'README.md': 'newer' }, latest: FOLDER },
  'instructlab/granite-7b-lab': { main: FOLDER },
  'instructlab/granite-7b-lab-GGUF': { main: QUANTISED },
  'ibm-granite/granite-embedding-125m-english': { main: FOLDER },
  'org/name': { main: QUANTISED },
  'org/name-GGUF': { main: QUANTISED },
  'me/granite-car': { v1: FOLDER },
  'acme/mistral-7b-instruct': { main: QUANTISED },
};

/** What somebody who follows the examples has in the store. */
const HERE = [
  'quay.io/ai-lab/models/granite-7b-lab:v1.0',
  'quay.io/ai-lab/models/granite-7b-lab:v1.1',
  'quay.io/ai-lab/models/granite-7b-lab:latest',
  'org/name',
  'acme/mistral-7b-instruct',
];

/** Beside the store, by paths below the home directory, which is also where commands are run. */
const FILES: Readonly<Record<string, string | Buffer>> = {
  ...Object.fromEntries(['m.gguf', 'model.gguf', 'new.gguf', 'teacher.gguf'].map((name) => [name, GGUF])),
  ...Object.fromEntries(['Downloads/granite-7b-lab-Q4_K_M.gguf', 'models/mine.gguf'].map((name) => [name, GGUF])),
  ...below('my-model', FOLDER),
  ...below('model', FOLDER),
  ...below('granite', FOLDER),
  ...below('adapter', ADAPTER),
  ...below('lora', ADAPTER),
  ...below('granite-lora', ADAPTER),
  'data/train.jsonl': '{"messages": []}\n',
  'tasks/my_facts.yaml': 'task: my_facts\n',
  'test.jsonl': '{"prompt": "What is it?"}\n',
  'seeds.jsonl': '{"question": "What is it?"}\n',
  'qna.yaml': 'seed_examples: []\n',
  'flow.yaml': 'blocks: []\n',
  '.config/instructlab/config.yaml': 'version: 2.0.0\nmodels:\n  aliases:\n    granite: instructlab/granite-7b-lab\n',
};

export async function createExampleWorld(): Promise<ExampleWorld> {
  const root = await mkdtemp(join(tmpdir(), 'ilab-examples-'));
  const [home, template] = [join(root, 'home'), join(root, 'template')];
  const models = Object.entries(REPOSITORIES).map(([repository, versions]) => ({
    repository,
    versions: new Map(Object.entries(versions).map(([name, contents]) => [name, snapshotOf(contents)])),
  }));
  const hub = await startHub({ models });
  const conf = join(root, 'registries.conf');
  await writeFile(conf, ['quay.io', 'ghcr.io'].map((host) => `[[registry]]\nprefix = "${host}"\nlocation = "${hub.host}"\ninsecure = true\n`).join(''));
  const env = {
    HOME: home,
    ...{ XDG_CONFIG_HOME: join(home, '.config'), XDG_CACHE_HOME: join(home, '.cache'), XDG_DATA_HOME: join(home, '.local', 'share') },
    HF_ENDPOINT: hub.url,
    CONTAINERS_REGISTRIES_CONF: conf,
    EDITOR: 'true',
    // Nobody is asked who is not here.
    ...{ HTTPS_PROXY: 'http://127.0.0.1:9', HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' },
  };
  for (const [path, content] of Object.entries(FILES)) await write(join(home, path), content);
  for (const name of HERE) await succeed(['model', 'download', name], env);
  await succeed(['model', 'save', 'org/name', '--output', join(home, 'models.tar')], env);
  await cp(home, template, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  const before = process.cwd();
  return {
    home,
    async fresh() {
      await rm(home, { recursive: true, force: true });
      await cp(template, home, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      process.chdir(home);
      return env;
    },
    async close() {
      process.chdir(before);
      await hub.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function below(folder: string, files: Readonly<Record<string, string | Buffer>>): Readonly<Record<string, string | Buffer>> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));
}

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function succeed(args: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { code, stderr } = await ilab(args, env);
  if (code !== 0) throw new Error(`ilab ${args.join(' ')} ended with ${code}: ${stderr}`);
}
