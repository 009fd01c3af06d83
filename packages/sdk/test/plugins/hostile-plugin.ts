import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credential, nullLogger, nullProgress, type Registry, type RemoteReference } from '@ilab/core';
import type { PluginContext, RegistryManifest } from '@ilab/plugin-api';
import { type ApartRegistry, openApart } from '../../src/plugins/apart/open-apart.ts';
import type { Patience } from '../../src/plugins/apart/watch.ts';
import { hostClaims } from '../../src/plugins/claims.ts';
import { KNOWN_SOURCES } from '../../src/plugins/known-sources.ts';

export const NAME = 'ilab-plugin-hostile';
export const REFERENCE = {
  kind: 'remote',
  input: '',
  adapter: 'hostile',
  host: 'hostile.example',
  repository: 'a/b',
  canonical: 'hostile.example/a/b',
} as const;
export const SNAPSHOT = { source: 'hostile', host: 'hostile.example', repository: 'a/b', revision: 'r1' } as const;
/** For cases in which nothing ever comes. */
export const SHORT: Patience = { quiet: 400, pulse: 500 };

export const MANIFEST: RegistryManifest = {
  source: 'hostile',
  schemes: ['hostile'],
  hosts: ['hostile.example'],
  entry: './index.js',
  summary: 'Means no good',
  depth: { min: 1, max: 3 },
  patterns: { segment: '[a-z]+', version: '[a-z0-9]+' },
  defaultVersion: 'v1',
};

/** Its parts as source text; `registry` are members of the registry, over good ones. */
export interface Hostile {
  readonly entry?: string;
  readonly head?: string;
  readonly registry?: string;
  readonly manifest?: Partial<RegistryManifest>;
  readonly files?: (root: string) => Promise<void>;
  readonly patience?: Patience;
  readonly context?: Partial<PluginContext>;
}

const RESOLVED = JSON.stringify({
  ...SNAPSHOT,
  version: 'v1',
  kind: 'tag',
  archives: [],
  files: [{ path: 'model.gguf', blob: { id: 'x', size: 3, digest: `sha256:${'a'.repeat(64)}` } }],
});

function entryOf({ head = '', registry = '' }: Hostile): string {
  return `${head}
const good = ${RESOLVED};
export default {
  $$type: '@ilab/plugin',
  apiVersion: 1,
  createRegistry: (source, context) => ({
    source,
    capabilities: { versions: false },
    resolve: async () => good,
    locate: async () => ({ url: 'https://hostile.example/x', headers: {} }),
    ${registry}
  }),
};`;
}

/** A registry of a plugin of ill will, in its process, and what it got out of the host. */
export interface Opened extends AsyncDisposable {
  readonly registry: () => Promise<ApartRegistry>;
  readonly asked: string[];
  readonly requests: string[];
  readonly logged: string[];
}

export async function hostile(given: Hostile): Promise<Opened> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-hostile-'));
  const root = join(home, 'plugin');
  await mkdir(join(root, 'dist'), { recursive: true });
  await writeFile(join(root, 'package.json'), JSON.stringify({ name: NAME, version: '1.0.0', type: 'module' }));
  if (given.files) await given.files(root);
  else await writeFile(join(root, 'index.js'), given.entry ?? entryOf(given));
  const asked: string[] = [];
  const requests: string[] = [];
  const logged: string[] = [];
  const manifest = { ...MANIFEST, ...given.manifest };
  const secret: Credential = { kind: 'token', token: 'secret of the host' };
  const context: PluginContext = {
    http: {
      async request({ url }) {
        requests.push(url);
        return { status: 200, headers: {}, url, body: Buffer.from('{}'), text: () => '{}', json: () => ({}) };
      },
      stream: async () => Promise.reject(new Error('none')),
    },
    logger: { ...nullLogger, warn: (message) => void logged.push(message) },
    env: { HF_TOKEN: 'hf_secret' },
    home: root,
    registries: { 'mine.example': { source: 'hostile' }, 'theirs.example': { source: 'hf' } },
    credentials: {
      async find(host) {
        asked.push(host);
        return secret;
      },
      store: async () => 'nowhere',
      erase: async () => [],
    },
    ...given.context,
  };
  let opened: Promise<ApartRegistry> | undefined;
  const claims = hostClaims(manifest, { manifests: [manifest, ...KNOWN_SOURCES.map((known) => known.manifest)], registries: context.registries });
  const plugin = { name: NAME, version: '1.0.0', root, manifest: {}, type: 'user' } as const;
  return {
    registry() {
      opened ??= openApart({ plugin, manifest, context, ...claims, ...(given.patience && { patience: given.patience }) });
      return opened;
    },
    asked,
    requests,
    logged,
    async [Symbol.asyncDispose]() {
      await opened?.then((one) => one.close()).catch(() => undefined);
      await rm(home, { recursive: true, force: true });
    },
  };
}

const ID = { ...SNAPSHOT };
const BLOB = { id: 'x', size: 3, digest: `sha256:${'a'.repeat(64)}` } as const;

/** Everything that can be asked of a registry, by name. */
export const QUESTIONS: Readonly<Record<string, (registry: Registry) => Promise<unknown>>> = {
  resolve: (registry) => registry.resolve(REFERENCE as RemoteReference, {}),
  locate: (registry) => registry.locate({ snapshot: ID, blob: BLOB }, {}),
  versions: (registry) => drained(registry.versions?.(ID, {})),
  revision: async (registry) => registry.revision?.({ ...ID, version: 'v1' }, {}),
  holds: async (registry) => registry.holds?.(ID, {}),
  attachments: (registry) => drained(registry.attachments?.(ID, { mediaTypes: ['a/b'] })),
  login: async (registry) => registry.login?.({ host: 'hostile.example', secret: 's' }, {}),
  logout: async (registry) => registry.logout?.('hostile.example', {}),
  upload: async (registry) => registry.upload?.({ destination: REFERENCE as RemoteReference, files: [] }, { progress: nullProgress }),
  copy: async (registry) => registry.copy?.({ source: ID, destination: REFERENCE as RemoteReference, referrers: false }, { progress: nullProgress }),
};

async function drained(items: AsyncIterable<unknown> | undefined): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const one of items ?? []) all.push(one);
  return all;
}

/** All that a registry can declare. */
export const EVERYTHING = `capabilities: { versions: true, revision: true, history: true, attachments: true, copy: true, login: { username: true }, upload: { pullRequests: false } },
  async *versions() {}, revision: async () => 'r1', holds: async () => true, async *attachments() {}, copy: async () => ({}), login: async () => ({}),
  logout: async () => ({}), upload: async () => ({}),`;
