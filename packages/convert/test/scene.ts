import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bytesSource, type GgufHeader, readGguf } from '@ilab/formats';

const MODELS = fileURLToPath(new URL('../../../tools/demo/models/ilab', import.meta.url));
export const MODEL: string = join(MODELS, 'demo/v1/safetensors');
export const ADAPTER: string = join(MODELS, 'demo-adapter/v1');
/** The same model and adapter as another program wrote them. */
export const DIRECT: { readonly model: string; readonly adapter: string } = {
  model: join(MODELS, 'demo/v1/ilab-demo-q8_0.gguf'),
  adapter: join(MODELS, 'demo-adapter/v1/ilab-demo-lora-f32.gguf'),
};

export type Json = Record<string, unknown>;

/** A folder with a copy of the demo model, or of its adapter, to be changed. */
export interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly model: string;
  readonly adapter: string;
  readonly destination: string;
  /** Changes a JSON file of the model, or the adapter. */
  change(file: string, edit: (json: Json) => void): Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'ilab-convert-'));
  const [model, adapter] = [join(folder, 'model'), join(folder, 'adapter')];
  await cp(MODEL, model, { recursive: true });
  await cp(ADAPTER, adapter, { recursive: true });
  return {
    ...{ folder, model, adapter, destination: join(folder, 'out.gguf') },
    async change(file, edit) {
      const path = join(file === 'adapter_config.json' ? adapter : model, file);
      const json = JSON.parse(await readFile(path, 'utf8')) as Json;
      edit(json);
      await writeFile(path, JSON.stringify(json));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A tensor's bytes, by name, and the header that they go with. */
export async function readWritten(path: string): Promise<{ readonly header: GgufHeader; readonly tensors: ReadonlyMap<string, Buffer> }> {
  const bytes = await readFile(path);
  const header = await readGguf(bytesSource(bytes), { arrays: ['tokenizer.ggml.tokens', 'tokenizer.ggml.token_type', 'tokenizer.ggml.merges'] });
  const sorted = [...header.tensors].sort((a, b) => Number(a.offset) - Number(b.offset));
  const tensors = sorted.map(
    ({ name, offset, size }) => [name, bytes.subarray(header.dataStart + Number(offset), header.dataStart + Number(offset) + Number(size))] as const,
  );
  return { header, tensors: new Map(tensors) };
}
