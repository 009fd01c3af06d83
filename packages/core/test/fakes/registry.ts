import { createHash } from 'node:crypto';
import {
  type Attachment,
  type Digest,
  IlabError,
  type Registries,
  type Registry,
  type RemoteArchive,
  type RemoteFile,
  type RemoteSnapshot,
  type RemoteVersion,
} from '../../src/index.ts';
import { manifests } from '../manifests.ts';

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A file with the digest and size of its content. */
export function remoteFile(path: string, content: string): RemoteFile {
  return { path, blob: { id: path, size: content.length, digest: `sha256:${sha256(content)}` } };
}

/** A commit, another for every letter. */
export function commit(letter: string): string {
  return letter.repeat(40);
}

type Given = Partial<Omit<RemoteSnapshot, 'files'>> & { readonly files?: Readonly<Record<string, string>> | readonly RemoteFile[] };

/** A revision of `huggingface.co/org/name`, unless something else is said; files by path and content. */
export function remoteSnapshot({ files = {}, ...given }: Given = {}): RemoteSnapshot {
  const listed = Array.isArray(files)
    ? (files as readonly RemoteFile[])
    : Object.entries(files as Record<string, string>).map(([path, content]) => remoteFile(path, content));
  return {
    source: 'hf',
    host: 'huggingface.co',
    repository: 'org/name',
    revision: commit('a'),
    version: 'main',
    kind: 'branch',
    archives: [],
    ...given,
    files: listed,
  };
}

export function remoteArchive(content: string, codec: RemoteArchive['codec'] = 'tar+gzip'): RemoteArchive {
  const digest: Digest = `sha256:${sha256(content)}`;
  return { blob: { id: digest, size: content.length, digest }, codec, prefix: 'models/', overlay: true };
}

/** What the registries of a test hold, by what is asked for: `host/repository:version` or `host/repository@digest`. */
export interface RegistryWorld {
  readonly snapshots: Map<string, RemoteSnapshot>;
  versions: readonly RemoteVersion[] | undefined;
  /** Revisions that are part of each repository's past; undefined where the source keeps none. */
  history?: readonly string[];
  /** What is kept beside every revision, or why that can't be told; undefined where the source keeps nothing there. */
  attachments?: readonly Attachment[] | IlabError;
  /** Whether registries say where a name points without resolving it. */
  revisions?: boolean;
  /** Hosts that do not answer. */
  readonly down: Set<string>;
  /** Whether registries know a shorter way; they always decline it. */
  delivers?: boolean;
}

/** Registries of both first-party sources over one world, which log what they were asked. */
export function fakeRegistries(world: RegistryWorld, log: string[]): Registries {
  return {
    manifests,
    open(source) {
      const manifest = manifests.find((one) => one.source === source);
      if (!manifest) return Promise.reject(new IlabError('E_PLUGIN_MISSING', `No plugin reads ${source}.`));
      const registry: Registry = {
        source,
        capabilities: {
          versions: world.versions !== undefined,
          history: world.history !== undefined,
          delivery: world.delivers ?? false,
          attachments: world.attachments !== undefined,
          revision: world.revisions ?? false,
        },
        async resolve({ host, repository, version = manifest.defaultVersion, digest, canonical }) {
          const key = `${host}/${repository}${digest === undefined ? `:${version}` : `@${digest}`}`;
          log.push(`resolve ${key}`);
          if (world.down.has(host)) throw new IlabError('E_NETWORK', `${host}: nobody answers there.`, { hint: 'Check the network.' });
          const found = world.snapshots.get(key);
          if (!found) throw new IlabError('E_NOT_FOUND', `${canonical} is not there.`);
          return found;
        },
        async locate({ blob }) {
          log.push(`locate ${blob.id}`);
          return { url: `https://bytes.example/${blob.digest}`, headers: {} };
        },
        ...(world.revisions && {
          async revision({ host, repository, version }) {
            log.push(`revision ${host}/${repository}:${version}`);
            if (world.down.has(host)) throw new IlabError('E_NETWORK', `${host}: nobody answers there.`, { hint: 'Check the network.' });
            const found = world.snapshots.get(`${host}/${repository}:${version}`);
            if (!found) throw new IlabError('E_NOT_FOUND', `“${repository}” at ${host} has no version “${version}”.`, { hint: 'See what it has.' });
            return found.revision;
          },
        }),
        ...(world.history && {
          async holds({ revision }) {
            log.push(`holds ${revision}`);
            return world.history?.includes(revision) ?? false;
          },
        }),
        ...(world.attachments && {
          async *attachments() {
            if (world.attachments instanceof IlabError) throw world.attachments;
            yield* world.attachments ?? [];
          },
        }),
        ...(world.delivers && { deliver: () => Promise.resolve(false) }),
        ...(world.versions && {
          async *versions() {
            yield* world.versions ?? [];
          },
        }),
      };
      return Promise.resolve(registry);
    },
  };
}
