import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine, EngineRequest } from '@ilab/plugin-api';
import { createEndpoints } from '@ilab/transfer';
import { createVllm } from '../src/vllm-engine.ts';

/** How the program was called. */
export interface Call {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
  readonly worker: number;
}

/** A folder with a program `vllm` that stands in for the real one, and a model. */
export interface Scene {
  readonly engine: Engine;
  readonly request: EngineRequest;
  readonly folder: string;
  readonly model: string;
  call(): Promise<Call>;
  close(): Promise<void>;
}

export async function createScene(env: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), 'ilab-vllm-'));
  const model = join(folder, 'model');
  const bin = join(folder, 'bin');
  const record = join(folder, 'call.json');
  await mkdir(model);
  await mkdir(bin);
  await writeFile(join(model, 'config.json'), '{}');
  const standIn = fileURLToPath(new URL('stand-in.ts', import.meta.url));
  await writeFile(join(bin, 'vllm'), `#!/bin/sh\nexec "${process.execPath}" --conditions=@ilab/source "${standIn}" "$@"\n`);
  await chmod(join(bin, 'vllm'), 0o755);
  const endpoints = createEndpoints({ userAgent: 'test', env: {} });
  const logger = { warn() {}, info() {}, debug() {} };
  const data = join(folder, 'data');
  return {
    engine: createVllm({ env: { PATH: bin, STAND_IN_RECORD: record, ...env }, home: folder, data, logger, endpoints }, 'linux'),
    request: {
      model: { names: ['quay.io/acme/model:v1', 'mine'], path: model, format: 'safetensors', files: ['config.json'], adapters: [] },
    },
    folder,
    model,
    call: async () => JSON.parse(await readFile(record, 'utf8')) as Call,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
