import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createIlab } from '@ilab/sdk';
import { storeOf, type Workspace } from './workspace.ts';

/** A world as `vectors/resolution.json` describes it. */
export interface VectorWorld {
  readonly tracked?: readonly { readonly ref: string; readonly downloaded: string }[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly legacy?: readonly string[];
  readonly search?: readonly string[];
  readonly mode?: string;
}

/** Puts on disk what a world says is there, as downloads, older tools and a user would have left it. */
export async function writeWorld(workspace: Workspace, { tracked = [], aliases, files = [], legacy = [], search, mode }: VectorWorld): Promise<void> {
  const models = { ...(aliases && { aliases }), short_names: { ...(search && { search }), ...(mode !== undefined && { mode }) } };
  await write(join(workspace.home, '.config', 'instructlab', 'config.yaml'), JSON.stringify({ version: '2.0.0', models }));
  for (const entry of [...files, ...legacy]) await writeModel(placeIn(workspace, entry.replace(/ \(.*$/, '')), entry);
  await using ilab = await createIlab({ home: workspace.home, env: {}, cwd: workspace.home });
  for (const { ref, downloaded } of tracked) {
    const reference = ilab.models.parse(ref);
    if (reference.kind !== 'remote' || reference.version === undefined) throw new Error(`${ref} has no version`);
    const { adapter, host, repository, version, selector } = reference;
    await writeSnapshot(storeOf(workspace), { source: adapter, host, repository, version, file: selector, downloaded });
  }
}

/** The place that a vector's path stands for. */
export function placeIn(workspace: Workspace, path: string): string {
  if (path.startsWith('models/')) return join(storeOf(workspace), path.slice('models/'.length));
  if (path.startsWith('checkpoints/')) return join(workspace.home, '.local', 'share', 'instructlab', path);
  return join(workspace.home, path);
}

interface Tracked {
  readonly source: string;
  readonly host: string;
  readonly repository: string;
  readonly version: string;
  readonly file: string | undefined;
  readonly downloaded: string;
}

async function writeSnapshot(store: string, { source, host, repository, version, file, downloaded }: Tracked): Promise<void> {
  const sha256 = createHash('sha256').update(`${host}/${repository}:${version}`).digest('hex');
  const revision = source === 'hf' ? sha256.slice(0, 40) : `sha256:${sha256}`;
  const folder = join(store, host, repository);
  const snapshot = join(folder, `@${revision.replace(':', '-')}`);
  const contents = file === undefined ? { 'config.json': CONFIG, 'model.safetensors': SAFETENSORS } : siblings(snapshot, file);
  for (const [name, bytes] of Object.entries(contents)) await write(join(snapshot, name), bytes);
  const listed = Object.entries(contents).map(([path, bytes]) => ({
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    from: path,
  }));
  const id = { source, host, repository, revision };
  const format = file === undefined ? 'safetensors' : 'gguf';
  const requested = { reference: `${host}/${repository}:${version}`, version, kind: 'tag' };
  await write(join(snapshot, '.metadata'), JSON.stringify({ schema: 1, ...id, requested, created: downloaded, tool: 'test/0', files: listed, format }));
  await write(
    join(folder, '.versions', `${version}.json`),
    JSON.stringify({ name: version, kind: 'tag', revision, selectors: [], checked: downloaded, moved: [] }),
  );
  for (const name of [...Object.keys(contents), '.metadata', '.']) await utimes(join(snapshot, name), new Date(downloaded), new Date(downloaded));
}

const known = new Map<string, Record<string, Buffer>>();

/** Several files of one revision are told of one by one. */
function siblings(snapshot: string, file: string): Readonly<Record<string, Buffer>> {
  const all = { ...known.get(snapshot), [file]: GGUF };
  known.set(snapshot, all);
  return all;
}

async function writeModel(place: string, entry: string): Promise<void> {
  if (entry.includes('(text)')) return write(place, 'text');
  if (entry.includes('README')) return write(join(place, 'README.md'), '# a model?');
  if (entry.includes('.gguf')) return write(place, GGUF);
  const adapter = entry.includes('(LoRA adapter)');
  await write(join(place, adapter ? 'adapter_config.json' : 'config.json'), adapter ? '{"peft_type": "LORA"}' : CONFIG);
  await write(join(place, adapter ? 'adapter_model.safetensors' : 'model.safetensors'), SAFETENSORS);
}

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

const CONFIG = Buffer.from('{"model_type": "llama"}');
/** Version 3, without tensors or keys. */
const GGUF = Buffer.concat([Buffer.from('GGUF\u0003\u0000\u0000\u0000'), Buffer.alloc(16)]);
const SAFETENSORS = safetensors();

function safetensors(): Buffer {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(4)]);
}
