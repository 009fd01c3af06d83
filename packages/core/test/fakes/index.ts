import {
  type CodeFile,
  type DownloadedModel,
  type DownloadRequest,
  downloadModel,
  type IlabError,
  type ModelFacts,
  type Leftover,
  literalReference,
  type ModelSettings,
  nullPrompt,
  type ProbeResult,
  type PruneDeps,
  type RemoteSnapshot,
  type VerifyDeps,
} from '../../src/index.ts';
import { fakeCache } from './cache.ts';
import { fakeHousekeeper } from './housekeeper.ts';
import { fakeOutbox } from './outbox.ts';
import { fakeMetadata } from './metadata.ts';
import { fakeRegistries, type RegistryWorld } from './registry.ts';
import { emptyState, STORE, type StoreState } from './state.ts';
import { fakeTransfer, type Network } from './transfer.ts';
import { fakeVerifier, newRot, type Rot } from './verifier.ts';

export { commit, remoteArchive, remoteFile, remoteSnapshot, sha256 } from './registry.ts';
export { repositoryPath, STORE } from './state.ts';
export { fileMember } from './transfer.ts';

export const NOW = '2026-05-04T03:02:01.000Z';

export interface Fakes {
  /** Enough for every use case. */
  readonly deps: VerifyDeps & Pick<PruneDeps, 'housekeeper'>;
  readonly state: StoreState;
  readonly world: RegistryWorld;
  readonly network: Network;
  readonly rot: Rot;
  readonly leftovers: Leftover[];
  /** What a probe finds, by path. */
  readonly paths: Map<string, ProbeResult>;
  /** What a model's files tell, by path; an error where they are broken. */
  readonly facts: Map<string, ModelFacts | IlabError>;
  /** Files that run code, by the model's path. */
  readonly code: Map<string, readonly CodeFile[]>;
  /** What is in files that are read, by their place; others hold nothing. */
  readonly contents: Map<string, Uint8Array>;
  readonly warnings: string[];
  readonly infos: string[];
  /** Outcome of every progress task, by label. */
  readonly outcomes: Map<string, string>;
  readonly log: string[];
}

/** All ports in memory, over one log. */
export function createFakes(given: Partial<ModelSettings> = {}): Fakes {
  const state = emptyState();
  const world: RegistryWorld = { snapshots: new Map(), versions: undefined, down: new Set() };
  const network: Network = { instead: new Map(), members: new Map(), busiest: 0 };
  const paths = new Map<string, ProbeResult>();
  const facts = new Map<string, ModelFacts | IlabError>();
  const code = new Map<string, readonly CodeFile[]>();
  const contents = new Map<string, Uint8Array>();
  const warnings: string[] = [];
  const infos: string[] = [];
  const outcomes = new Map<string, string>();
  const settings: ModelSettings = {
    dir: STORE,
    checkpointsDir: '/home/user/checkpoints',
    extraDirs: [],
    pull: 'missing',
    offline: false,
    aliases: {},
    shortNames: { mode: 'enforcing', search: [] },
    registries: {},
    ...given,
  };
  const rot = newRot();
  const leftovers: Leftover[] = [];
  const deps: Fakes['deps'] = {
    registries: fakeRegistries(world, state.log),
    cache: fakeCache(state),
    metadata: fakeMetadata(state),
    transfer: fakeTransfer(network, state.log),
    progress: {
      plan: ({ files, bytes }) => outcomes.set('plan', `${files} files, ${bytes} bytes`),
      begin: ({ label }) => ({ at() {}, end: (outcome) => outcomes.set(label, outcome) }),
    },
    clock: { now: () => new Date(NOW) },
    logger: { warn: (message) => warnings.push(message), info: (message) => infos.push(message), debug() {} },
    probe: { probe: (path) => Promise.resolve(paths.get(path) ?? { kind: 'missing', path: path.startsWith('/') ? path : `/cwd/${path}` }) },
    reader: {
      facts(path) {
        const found = facts.get(path) ?? {};
        return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
      },
      code: (path) => Promise.resolve(code.get(path) ?? []),
    },
    outbox: fakeOutbox(contents),
    prompt: nullPrompt,
    verifier: fakeVerifier(state, rot),
    housekeeper: fakeHousekeeper(state, leftovers),
    settings,
    tool: 'ilab/1.2.3',
  };
  return { deps, state, world, network, rot, leftovers, paths, facts, code, contents, warnings, infos, outcomes, log: state.log };
}

/** Lets a registry hold revisions, by what they are asked for with. */
export function hold({ world }: Fakes, snapshots: Readonly<Record<string, RemoteSnapshot>>): void {
  for (const [key, snapshot] of Object.entries(snapshots)) world.snapshots.set(key, snapshot);
}

export function download({ deps }: Fakes, text: string, request: Omit<DownloadRequest, 'reference'> = {}, signal?: AbortSignal): Promise<DownloadedModel> {
  const reference = literalReference(text, { grammar: deps.registries, aliases: {} });
  return downloadModel(deps, { reference, ...request }, { signal });
}

/** The log from here on: takes what it holds, and empties it. */
export function taken({ log }: Fakes): readonly string[] {
  return log.splice(0);
}
