import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine, EngineContext, EngineRequest, EngineSession } from '@ilab/plugin-api';
import { testEngineContext } from '@ilab/testkit';
import { createLlamaCpp } from '../src/llama-cpp-engine.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packages = join(root, '.tools/engines/llama-cpp');
const models = join(root, 'tools/demo/models/ilab');

/** Why there is no real engine here; undefined where there is one. */
export const NO_ENGINE: string | undefined = existsSync(join(packages, 'node_modules/node-llama-cpp'))
  ? undefined
  : 'node-llama-cpp is not installed: tools/install-test-tools.sh';

export const BASE: string = join(models, 'demo/v1/ilab-demo-q8_0.gguf');
/** The adapter is part of its weights. */
export const MERGED: string = join(models, 'demo/v2/ilab-demo-q8_0.gguf');
export const ADAPTER: string = join(models, 'demo-adapter/v1/ilab-demo-lora-f32.gguf');

export function realEngine(more: Partial<EngineContext> = {}): Engine {
  return createLlamaCpp(testEngineContext({ env: process.env, home: root, data: root, packages, ...more }));
}

/** The demo model under two names, with its adapter; on one thread, as several would wait for each other where others run too. */
export const DEMO: EngineRequest = {
  model: {
    names: ['hub.example/ilab/demo:v1', 'demo'],
    path: BASE,
    format: 'gguf',
    files: [],
    adapters: [{ names: ['hub.example/ilab/demo-lora:v1'], path: ADAPTER, files: [] }],
  },
  threads: 1,
  slots: 2,
};

export async function post({ endpoint, headers }: EngineSession, path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(new URL(path, `${endpoint}/`), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
