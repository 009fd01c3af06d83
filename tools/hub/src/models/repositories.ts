import { createHash } from 'node:crypto';
import type { Blob } from '../content/blob.ts';
import { blobOf } from '../content/blob.ts';
import type { Model, Snapshot } from '../content/model.ts';

/** A repository with what was uploaded to it since the hub started. */
export interface Repository {
  readonly model: Model;
  readonly isPrivate: boolean;
  find(revision: string): Found | undefined;
  /** By full name: `refs/heads/main`, `refs/tags/v1`. */
  refs(): readonly (readonly [string, string])[];
  makeBranch(name: string, commit: string): boolean;
  /** Replaces files on top of a revision. @returns the commit, and the new pull request's number */
  commit(change: Change): { readonly commit: string; readonly pullRequest?: number };
}

export interface Found {
  readonly model: Model;
  readonly version: string;
  readonly snapshot: Snapshot;
}

export interface Change {
  readonly branch: string;
  readonly base: Snapshot;
  readonly files: ReadonlyMap<string, Blob | undefined>;
  readonly message: string;
  readonly asPullRequest: boolean;
}

export interface Repositories {
  find(name: string): Repository | undefined;
  /** @returns whether it is new */
  create(name: string, how: { readonly isPrivate: boolean }): boolean;
}

/** What the Hub puts into a new repository. */
const ATTRIBUTES = '*.bin filter=lfs diff=lfs merge=lfs -text\n*.safetensors filter=lfs diff=lfs merge=lfs -text\n';

export function createRepositories(models: readonly Model[], isPrivate: (name: string) => boolean): Repositories {
  const all = new Map(models.map((model) => [model.repository, createRepository(model, isPrivate(model.repository))]));
  return {
    find: (name) => all.get(name),
    create(name, how) {
      if (all.has(name)) return false;
      const files = new Map([['.gitattributes', blobOf(ATTRIBUTES)]]);
      all.set(name, createRepository({ repository: name, versions: new Map([['main', { files, commit: commitId(name, files, 'initial') }]]) }, how.isPrivate));
      return true;
    },
  };
}

/** `main` is the newest version that the hub was started with; any other is a tag. Uploads lie over them. */
function createRepository(model: Model, isPrivate: boolean): Repository {
  const branches = new Map<string, Snapshot>();
  const commits = new Map<string, Snapshot>();
  let pullRequests = 0;
  const first = (): Snapshot | undefined => model.versions.get('main') ?? [...model.versions.values()].at(-1);
  const branch = (name: string): Snapshot | undefined => branches.get(name) ?? (name === 'main' ? first() : undefined);
  return {
    model,
    isPrivate,
    find(revision) {
      const name = revision.replace(/^refs\/(?:heads|tags)\//, '');
      const version = [...model.versions].find(([tag, { commit }]) => tag === name || commit === revision);
      const snapshot = branch(name) ?? commits.get(revision) ?? version?.[1];
      return snapshot && { model, version: version?.[0] ?? name, snapshot };
    },
    refs() {
      const heads = [...new Set(['main', ...branches.keys()])].flatMap((name) => {
        const head = branch(name);
        return head ? [[name.startsWith('refs/') ? name : `refs/heads/${name}`, head.commit] as const] : [];
      });
      const tags = [...model.versions].filter(([name]) => name !== 'main').map(([name, { commit }]) => [`refs/tags/${name}`, commit] as const);
      return [...heads, ...tags];
    },
    makeBranch(name, commit) {
      const found = commits.get(commit) ?? [...model.versions.values(), branch('main')].find((snapshot) => snapshot?.commit === commit);
      if (branch(name) || !found) return false;
      branches.set(name, found);
      return true;
    },
    commit({ branch: name, base, files: changes, message, asPullRequest }) {
      const files = new Map(base.files);
      for (const [path, blob] of changes) blob ? files.set(path, blob) : files.delete(path);
      const snapshot = { files, commit: commitId(base.commit, files, message) };
      // What was replaced stays a commit.
      for (const one of [branch(name), snapshot]) if (one) commits.set(one.commit, one);
      branches.set(asPullRequest ? `refs/pr/${++pullRequests}` : name, snapshot);
      return { commit: snapshot.commit, ...(asPullRequest && { pullRequest: pullRequests }) };
    },
  };
}

function commitId(parent: string, files: ReadonlyMap<string, Blob>, message: string): string {
  const hash = createHash('sha1').update(`${parent}\0${message}\0`);
  for (const [path, { sha256 }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\0${sha256}\n`);
  return hash.digest('hex');
}
