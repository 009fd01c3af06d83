import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';

/** A user's machine with models of each kind, and a Hub. */
export interface OldWorld {
  readonly hub: Hub;
  readonly env: Readonly<Record<string, string>>;
  /** A model as a folder. */
  readonly model: string;
  readonly adapter: string;
  /** A models directory that is not the usual one. */
  readonly store: string;
  readonly folder: string;
  /** Everything that calls wrote is gone. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const FILES = { 'config.json': '{}', 'a-Q4_K_M.gguf': 'GGUF four', 'a-Q8_0.gguf': 'GGUF eight' };

export async function createOldWorld(): Promise<OldWorld> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-old-'));
  const hub = await startHub({
    models: [
      {
        repository: 'acme/a',
        versions: new Map([
          ['main', snapshotOf(FILES)],
          ['v1', snapshotOf({ ...FILES, 'README.md': 'one' })],
        ]),
      },
      {
        repository: 'acme/b',
        versions: new Map([
          ['main', snapshotOf({ 'b-Q4_K_M.gguf': 'GGUF b' })],
          ['v2', snapshotOf({ 'b-Q8_0.gguf': 'GGUF b2' })],
        ]),
      },
      { repository: 'acme/granite-lab', versions: new Map([['v1', snapshotOf({ 'granite-lab-Q4_K_M.gguf': 'GGUF granite' })]]) },
    ],
  });
  const folder = join(home, 'written');
  const model = join(home, 'model');
  const adapter = join(home, 'adapter');
  await safetensors(model, 'model.safetensors', { 'config.json': '{"model_type":"llama"}' });
  await safetensors(adapter, 'adapter_model.safetensors', { 'adapter_config.json': '{"peft_type":"LORA"}' });
  return {
    ...{ hub, model, adapter, folder },
    store: join(folder, 'elsewhere'),
    env: {
      HOME: home,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_DATA_HOME: join(folder, 'data'),
      HF_ENDPOINT: hub.url,
    },
    async reset() {
      await rm(folder, { recursive: true, force: true });
      await mkdir(join(folder, 'elsewhere'), { recursive: true });
    },
    async close() {
      await hub.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function safetensors(folder: string, name: string, others: Readonly<Record<string, string>>): Promise<void> {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await mkdir(folder);
  await writeFile(join(folder, name), Buffer.concat([length, header, Buffer.alloc(4)]));
  for (const [file, text] of Object.entries(others)) await writeFile(join(folder, file), text);
}
