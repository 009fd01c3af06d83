import {
  type Cache,
  type ModelProbe,
  type ModelSettings,
  parseReference,
  type ProbeResult,
  type Prompt,
  type RemoteReference,
  type ResolverDeps,
  type StoredRepository,
  type StoredSnapshot,
  type StoreItem,
  type UnmanagedModel,
  type VersionRecord,
} from '../src/index.ts';
import { manifests } from './manifests.ts';

/** A world as `vectors/resolution.json` describes it. */
export interface World {
  readonly tracked?: readonly { readonly ref: string; readonly downloaded: string }[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly legacy?: readonly string[];
  readonly search?: readonly string[];
  readonly mode?: ModelSettings['shortNames']['mode'];
}

const HOME = '/home/user';
const STORE = `${HOME}/models`;
const CHECKPOINTS = `${HOME}/checkpoints`;

/** Doubles that hold exactly what a world says is there, and record what a person was asked. */
export function buildWorld(world: World, flags: { readonly tty?: boolean; readonly offline?: boolean }): { deps: ResolverDeps; asked: string[][] } {
  const asked: string[][] = [];
  const items = [...repositories(world), ...unmanaged(world)];
  const prompt: Prompt = {
    interactive: flags.tty ?? false,
    choose({ choices }) {
      asked.push([...choices]);
      return Promise.resolve(undefined);
    },
    confirm: () => Promise.resolve(false),
  };
  return {
    deps: { registries: { manifests }, cache: cacheOf(items), probe: probeOf(world), prompt, settings: settingsOf(world, flags.offline ?? false) },
    asked,
  };
}

/** The place that a vector's path stands for. */
export function placeOf(path: string): string {
  if (path.startsWith('./')) return `/cwd/${path.slice(2)}`;
  return `${HOME}/${path}`;
}

function settingsOf({ aliases = {}, search = [], mode = 'enforcing' }: World, offline: boolean): ModelSettings {
  return { dir: STORE, checkpointsDir: CHECKPOINTS, extraDirs: [], pull: 'missing', offline, aliases, shortNames: { mode, search }, registries: {} };
}

function cacheOf(items: readonly StoreItem[]): Pick<Cache, 'directory' | 'listing' | 'owner'> {
  return {
    directory: STORE,
    async *listing() {
      yield* items;
    },
    owner: () => Promise.resolve(undefined),
  };
}

function repositories({ tracked = [] }: World): readonly StoredRepository[] {
  const byName = new Map<string, { reference: RemoteReference; downloaded: string }[]>();
  for (const { ref, downloaded } of tracked) {
    const reference = parseReference(ref, { manifests });
    if (reference.kind !== 'remote') throw new Error(`not a remote reference: ${ref}`);
    const name = `${reference.host}/${reference.repository}`;
    byName.set(name, [...(byName.get(name) ?? []), { reference, downloaded }]);
  }
  return [...byName.values()].map(repository);
}

function repository(entries: readonly { reference: RemoteReference; downloaded: string }[]): StoredRepository {
  const reference = entries[0]?.reference;
  if (!reference) throw new Error('a repository without entries');
  const id = { source: reference.adapter, host: reference.host, repository: reference.repository };
  const names = [...new Set(entries.map((entry) => entry.reference.version ?? ''))];
  const snapshots = names.map((name) =>
    snapshot(
      { ...id, revision: `revision-of-${name}` },
      entries.filter((entry) => entry.reference.version === name),
    ),
  );
  const versions = names.map((name): VersionRecord => ({ name, kind: 'tag', revision: `revision-of-${name}`, selectors: [], checked: '', moved: [] }));
  return { kind: 'repository', id, tier: 'own', path: `${STORE}/${id.host}/${id.repository}`, versions, snapshots };
}

function snapshot(id: StoredSnapshot['id'], entries: readonly { reference: RemoteReference; downloaded: string }[]): StoredSnapshot {
  const named = entries.flatMap(({ reference }) => reference.selector ?? []);
  const files = (named.length > 0 ? named : ['config.json', 'model.safetensors']).map((path) => ({ path, size: 1 }));
  return {
    id,
    path: `${STORE}/${id.host}/${id.repository}/@${id.revision}`,
    metadata: {
      schema: 1,
      ...id,
      requested: { reference: '', kind: 'tag' },
      created: '',
      tool: '',
      files: files.map((file) => ({ ...file, from: file.path })),
      format: named.length > 0 ? 'gguf' : 'safetensors',
    },
    files,
    missing: [],
    modified: entries[0]?.downloaded ?? '',
    uniqueSize: files.length,
  };
}

function unmanaged({ legacy = [] }: World): readonly UnmanagedModel[] {
  return legacy.map((entry) => {
    const path = entry.replace(/ \(.*\)$/, '').replace(/\/$/, '');
    const kind = path.startsWith('checkpoints/') ? 'checkpoint' : 'legacy';
    return {
      kind,
      name: path.replace(/^(?:models|checkpoints)\//, ''),
      path: placeOf(path),
      format: path.endsWith('.gguf') ? 'gguf' : 'safetensors',
      version: 'n/a',
      size: 1,
      modified: '',
    };
  });
}

function probeOf({ files = [] }: World): ModelProbe {
  const known = new Map(
    files.map((entry) => [
      entry
        .replace(/ \(.*$/, '')
        .replace(/\/$/, '')
        .replace(/^\.\//, ''),
      entry,
    ]),
  );
  return {
    probe(text) {
      const name = text.replace(/^\.\//, '');
      const path = text.startsWith('/') ? text : `/cwd/${name}`;
      return Promise.resolve(describe(path, known.get(name)));
    },
  };
}

function describe(path: string, entry: string | undefined): ProbeResult {
  if (entry === undefined) return { kind: 'missing', path };
  if (entry.includes('(safetensors model)')) return { kind: 'model', path, format: 'safetensors', files: ['config.json', 'model.safetensors'] };
  if (entry.includes('(GGUF)')) return { kind: 'model', path, format: 'gguf', files: [] };
  if (entry.includes('(LoRA adapter)')) return { kind: 'model', path, format: 'adapter', files: ['adapter_config.json'] };
  return { kind: 'not-a-model', path, reason: entry.includes('.gguf') ? 'it lacks the GGUF magic' : 'it has no config.json' };
}
