import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AccessOptions } from './access.ts';
import { createCdn } from './cdn.ts';
import { type Artifact, packModel } from './content/artifact.ts';
import type { Blob } from './content/blob.ts';
import type { Model } from './content/model.ts';
import { answer, type Exchange } from './http/exchange.ts';
import { createFaults, type Faults } from './http/faults.ts';
import { end, listen, portOf } from './http/loopback.ts';
import { createMeter, type Meter } from './http/meter.ts';
import { isLarge } from './models/describe.ts';
import { createRepositories } from './models/repositories.ts';
import { serveHub } from './models/routes.ts';
import { serveWrites } from './models/write-routes.ts';
import { createGate } from './registry/gate.ts';
import { createPushes } from './registry/pushes.ts';
import { serveRegistry } from './registry/routes.ts';
import { createUploads } from './uploads.ts';
import { createXet } from './xet/routes.ts';
import { createXetStore, type XetStore } from './xet/xet-store.ts';

export interface HubSettings {
  readonly models: readonly Model[];
  /** Artifacts beside the models, by `repository:tag`. */
  readonly artifacts?: Readonly<Record<string, Artifact>>;
  /** Default: any free one. */
  readonly port?: number;
  readonly access?: AccessOptions;
  /** Whether the registry side redirects blobs to the second origin; default no. */
  readonly redirectBlobs?: boolean;
  /** Entries of a page of the Hub side's tree; default 1000. */
  readonly pageSize?: number;
  /** Uploads larger than that come in parts of that size; default 16 MiB. */
  readonly partSize?: number;
  /** Of all files together; default as fast as they go. */
  readonly bytesPerSecond?: number;
  /** Whether the Hub side stores large files by chunks, too, as Xet does; default no. */
  readonly xet?: boolean;
  /** Where the second origin is reached, when something stands before it. */
  readonly cdnOrigin?: string;
}

/** One request that was made, for tests to look at. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly origin: 'hub' | 'cdn' | 'cas';
  readonly headers: IncomingMessage['headers'];
}

export interface Hub {
  /** `http://127.0.0.1:5000`: the value for `HF_ENDPOINT`. */
  readonly url: string;
  /** `127.0.0.1:5000`: the host of references to the registry side. */
  readonly host: string;
  /** The second origin's own port. */
  readonly cdnPort: number;
  readonly requests: readonly SeenRequest[];
  readonly faults: Faults;
  readonly meter: Meter;
  close(): Promise<void>;
}

/** Serves models on loopback, as an OCI registry and as a Hugging Face Hub, with large files on a second origin. */
export async function startHub(settings: HubSettings): Promise<Hub> {
  const faults = createFaults();
  const meter = createMeter(settings.bytesPerSecond);
  const requests: SeenRequest[] = [];
  const content = collect(settings);
  const hubServer = createServer();
  const cdnServer = createServer();
  const casServer = createServer();
  const origin = (server: Server): string => `http://127.0.0.1:${portOf(server)}`;

  const cdnOrigin = (): string => settings.cdnOrigin ?? origin(cdnServer);
  const uploads = createUploads({ origin: cdnOrigin });
  const cdn = createCdn({ origin: cdnOrigin, find: (sha256) => content.blob(sha256) ?? uploads.blob(sha256) });
  const access = settings.access ?? {};
  const xet = settings.xet ? createXet(await storeByChunks(settings.models), { cas: () => origin(casServer), cdn: () => origin(cdnServer) }) : undefined;
  const registry = {
    content,
    cdn,
    gate: createGate(access, { origin: () => origin(hubServer) }),
    redirectBlobs: settings.redirectBlobs ?? false,
    pushes: createPushes(content),
  };
  const repositories = createRepositories(settings.models, (name) => access.private?.includes(name) ?? false);
  const models = { repositories, access, cdn, xet, pageSize: settings.pageSize ?? 1000 };
  const writes = { repositories, access, lfs: { uploads, known: content.blob, partSize: settings.partSize ?? 16 * 1024 * 1024 } };
  const serveModels = async (exchange: Exchange): Promise<void> => {
    if (!(await serveWrites(exchange, writes))) await serveHub(exchange, models);
  };

  const handle = (server: Server, name: SeenRequest['origin'], serve: (exchange: Exchange) => void | Promise<void>): void => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const method = request.method ?? 'GET';
      const url = request.url ?? '/';
      requests.push({ method, url, origin: name, headers: request.headers });
      const exchange = { request, response, method, url: new URL(url, origin(server)), faults: faults.take(method, url), meter };
      const refused = exchange.faults.find((fault) => fault.kind === 'status');
      if (refused) return answer(exchange, refused.status, { headers: refused.headers ?? {} });
      Promise.resolve(serve(exchange)).catch((error: unknown) => {
        process.stderr.write(`${method} ${url}: ${String(error)}\n`);
        response.destroy();
      });
    });
  };
  handle(hubServer, 'hub', (exchange) => (/^\/(?:v2\/|token$)/.test(exchange.url.pathname) ? serveRegistry(exchange, registry) : serveModels(exchange)));
  handle(cdnServer, 'cdn', (exchange) => {
    if (exchange.method === 'PUT') return uploads.serve(exchange);
    return xet && exchange.url.pathname.startsWith('/xorbs/') ? xet.serveXorb(exchange) : cdn.serve(exchange);
  });
  handle(casServer, 'cas', (exchange) => xet?.serve(exchange));

  await Promise.all([listen(hubServer, settings.port ?? 0), listen(cdnServer, 0), listen(casServer, 0)]);
  return {
    url: origin(hubServer),
    host: new URL(origin(hubServer)).host,
    cdnPort: portOf(cdnServer),
    requests,
    faults,
    meter,
    async close() {
      await Promise.all([hubServer, cdnServer, casServer].map(end));
    },
  };
}

/** Every large file of every version, in order, so that later ones share the chunks of earlier ones. */
async function storeByChunks(models: readonly Model[]): Promise<XetStore> {
  const store = createXetStore();
  const files = models.flatMap(({ versions }) => [...versions.values()].flatMap((snapshot) => [...snapshot.files]));
  for (const [path, blob] of files) if (isLarge(path, blob) && store.hashOf(blob.sha256) === undefined) await store.add(blob);
  return store;
}

/** Everything by name and by hash. */
function collect({ models, artifacts = {} }: HubSettings) {
  const manifests = new Map<string, Map<string, Artifact>>();
  const blobs = new Map<string, Blob>();
  const add = (repository: string, tag: string, artifact: Artifact): void => {
    const known = manifests.get(repository) ?? new Map<string, Artifact>();
    manifests.set(repository, known.set(tag, artifact).set(artifact.digest ?? `sha256:${artifact.manifest.sha256}`, artifact));
    for (const [digest, blob] of artifact.others ?? []) blobs.set(digest.replace(/^sha256:/, ''), blob);
    for (const blob of artifact.blobs) blobs.set(blob.sha256, blob);
  };
  for (const { repository, versions } of models) for (const [version, snapshot] of versions) add(repository, version, packModel(snapshot));
  for (const [name, artifact] of Object.entries(artifacts)) {
    const colon = name.lastIndexOf(':');
    add(name.slice(0, colon), name.slice(colon + 1), artifact);
  }
  return {
    manifests,
    blob: (sha256: string) => blobs.get(sha256),
    keepBlob(repository: string, blob: Blob): void {
      blobs.set(blob.sha256, blob);
      manifests.set(repository, manifests.get(repository) ?? new Map());
    },
    keepManifest: ({ repository, name }: { readonly repository: string; readonly name: string }, artifact: Artifact): void => add(repository, name, artifact),
  };
}
