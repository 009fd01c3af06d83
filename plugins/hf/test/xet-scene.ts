import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Hub, type SeenRequest, snapshotOf, startHub } from '@ilab/hub';
import type { CallOptions, OlderFile, PluginContext, RemoteReference } from '@ilab/plugin-api';
import { createHttp, createTransfer } from '@ilab/transfer';
import { createHubRegistry } from '../src/hub-registry.ts';
import { testContext } from '@ilab/testkit';

export const SIZE: number = 12 * 1024 * 1024;

/** Two versions of a model on a Hub with Xet, the first one on this machine. */
export interface XetScene extends AsyncDisposable {
  readonly hub: Hub;
  /** Of the second version. */
  readonly content: Buffer;
  readonly older: OlderFile;
  /** What was said at debug level. */
  readonly told: readonly string[];
  /** Fetches the second version. */
  fetch(options?: CallOptions & { readonly env?: PluginContext['env']; readonly stallAfter?: number }): Promise<{ fetched: number; linked: number }>;
  /** Whether the second version is here, byte for byte. */
  isWhole(): boolean;
  /** Requests since the scene was opened or reset. */
  requests(origin: SeenRequest['origin']): readonly SeenRequest[];
  /** The same as text. */
  asked(origin: SeenRequest['origin']): readonly string[];
  /** As if nothing had been fetched yet. */
  reset(): Promise<void>;
}

/** Half is like weights, whose upper bytes are alike, and half is random. */
export function weights(size: number): Buffer {
  const bytes = randomFillSync(Buffer.alloc(size));
  for (let at = 0; at < size / 2; at += 2) bytes[at + 1] = 0x3c + ((bytes[at + 1] ?? 0) % 3);
  return bytes;
}

const first = weights(SIZE);

export async function openXetScene(change: (bytes: Buffer) => Buffer): Promise<XetScene> {
  const content = change(Buffer.from(first));
  const versions = new Map([first, content].map((bytes, index) => [`v${index + 1}`, snapshotOf({ 'model.safetensors': bytes })]));
  const hub = await startHub({ xet: true, models: [{ repository: 'acme/model', versions }], access: { tokens: ['hf_secret'], private: ['acme/model'] } });
  const directory = await mkdtemp(join(tmpdir(), 'ilab-xet-'));
  const [path, target] = [join(directory, 'older'), join(directory, 'blob')];
  writeFileSync(path, first);
  let seen = 0;
  const told: string[] = [];
  const logger = { warn() {}, info() {}, debug: (text: string) => void told.push(text) };
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_secret' };
  const http = createHttp({ userAgent: 'test', env: {} });
  const registry = createHubRegistry(testContext({ http, env }));
  const [before, now] = await Promise.all([registry.resolve(reference('v1'), {}), registry.resolve(reference('v2'), {})]);
  const [olderFile, file] = [before.files[0], now.files[0]];
  if (!olderFile || !file) throw new Error('the hub has a file in each version');
  const older: OlderFile = { snapshot: before, file: olderFile, path };
  const requests: XetScene['requests'] = (origin) => hub.requests.slice(seen).filter((request) => request.origin === origin);
  return {
    hub,
    content,
    older,
    told,
    async fetch({ env: more, stallAfter = 30_000, ...options } = {}) {
      const one = createHubRegistry(testContext({ http, logger, env: { ...env, ...more } }));
      const transfer = createTransfer({ userAgent: 'test', env: {}, logger, stallAfter });
      try {
        return await transfer.fetch(
          {
            ...file.blob,
            target,
            locate: (call) => one.locate({ snapshot: now, blob: file.blob }, call),
            delivery: { older: [older], deliver: async (site, call) => (await one.deliver?.({ snapshot: now, file, older: [older], site }, call)) ?? false },
          },
          options,
        );
      } finally {
        await transfer.close();
      }
    },
    isWhole: () => readFileSync(target).equals(content),
    requests,
    asked: (origin) => requests(origin).map(({ method, url }) => `${method} ${url}`),
    async reset() {
      hub.faults.clear();
      hub.meter.reset();
      seen = hub.requests.length;
      told.length = 0;
      writeFileSync(path, first);
      await rm(target, { force: true });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([hub.close(), http.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function reference(version: string): RemoteReference {
  const repository = 'acme/model';
  return { kind: 'remote', input: '', adapter: 'hf', host: 'huggingface.co', repository, version, canonical: `huggingface.co/${repository}:${version}` };
}
