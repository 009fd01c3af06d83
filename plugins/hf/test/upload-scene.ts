import { createHash } from 'node:crypto';
import { type Hub, type HubSettings, snapshotOf, startHub } from '@ilab/hub';
import type { Progress, RemoteReference, UploadFile, UploadRequest, UploadResult } from '@ilab/plugin-api';
import { createHttp } from '@ilab/transfer';
import { createHubRegistry } from '../src/hub-registry.ts';
import { testContext } from '@ilab/testkit';

/** Tokens of self-hosted Hubs start with anything. */
export const SECRET = 'S3cret-of-any-shape';
export const READER = 'R3ader-of-any-shape';

const unwatched: Progress = { plan() {}, begin: () => ({ at() {}, end() {} }) };

/** A hub with one repository, and a registry that may write to it. */
export interface UploadScene {
  readonly hub: Hub;
  upload(
    request: Partial<UploadRequest> & Pick<UploadRequest, 'files'>,
    how?: { readonly token?: string; readonly signal?: AbortSignal },
  ): Promise<UploadResult>;
  /** Content of all files at a version. */
  contents(version?: string): Promise<Record<string, string>>;
  /** Requests so far, as `METHOD /path` without query, of those that match. */
  seen(pattern: RegExp): readonly string[];
  close(): Promise<void>;
}

export async function uploadScene(settings: Partial<HubSettings> = {}): Promise<UploadScene> {
  const models = [{ repository: 'acme/m', versions: new Map([['v1', snapshotOf({ 'config.json': '{}', 'old.safetensors': 'old weights' })]]) }];
  const hub = await startHub({ models, access: { tokens: [SECRET], readers: [READER] }, ...settings });
  const http = createHttp({ userAgent: 'test', env: {} });
  const registryFor = (token: string) => createHubRegistry(testContext({ http, env: { HF_ENDPOINT: hub.url, ...(token !== '' && { HF_TOKEN: token }) } }));
  return {
    hub,
    upload(request, { token = SECRET, signal } = {}) {
      const { upload } = registryFor(token);
      if (!upload) throw new Error('no upload');
      return upload({ destination: reference('acme/m'), ...request }, { progress: unwatched, ...(signal && { signal }) });
    },
    async contents(version = 'main') {
      const registry = registryFor(SECRET);
      const snapshot = await registry.resolve(reference('acme/m', version), {});
      const texts = snapshot.files.map(async ({ path, blob }) => {
        const { url, headers } = await registry.locate({ snapshot, blob }, {});
        return [path, (await http.request({ url, headers }, {})).text()] as const;
      });
      return Object.fromEntries(await Promise.all(texts));
    },
    seen: (pattern) => hub.requests.map(({ method, url }) => `${method} ${url.split('?')[0]}`).filter((request) => pattern.test(request)),
    async close() {
      await http.close();
      await hub.close();
    },
  };
}

export function reference(repository: string, version?: string): RemoteReference {
  const named = version === undefined ? {} : { version };
  return { kind: 'remote', input: '', adapter: 'hf', host: 'huggingface.co', repository, canonical: `huggingface.co/${repository}`, ...named };
}

/** A file in memory that tells how much of it was read. */
export function fileOf(path: string, content: string | Buffer): UploadFile & { readonly reads: () => number } {
  const bytes = Buffer.from(content);
  let reads = 0;
  return {
    path,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    reads: () => reads,
    async *open({ start, end } = { start: 0, end: bytes.length }) {
      for (let at = start; at < end; at += 64 * 1024) {
        const piece = bytes.subarray(at, Math.min(end, at + 64 * 1024));
        reads += piece.length;
        yield piece;
      }
    },
  };
}
