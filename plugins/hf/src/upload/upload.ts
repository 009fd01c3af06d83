import type { CallOptions, UploadFile, UploadOptions, UploadRequest, UploadResult } from '@ilab/plugin-api';
import type { HubRepository } from '../hub-client.ts';
import { type Branch, findBranch } from './branch.ts';
import { type Committed, makeCommit } from './commit.ts';
import { askModes, type Modes } from './preupload.ts';
import { sendObjects } from './send-objects.ts';
import { isThere, type Standing, standingAt } from './standing.ts';
import { conflict } from './upload-errors.ts';

/** How often a branch that moves is gone on top of. */
const MOST_TRIES = 5;

/** Uploads files as one commit: looks what is there, brings what is kept beside Git, then commits the rest. */
export async function upload(hub: HubRepository, request: UploadRequest, options: UploadOptions): Promise<UploadResult> {
  const name = request.destination.version ?? 'main';
  const branch = await findBranch(hub, { name, create: request.createRepository }, options);
  const standing = await standingAt(hub, branch.commit, pathsOf(request.files), options);
  const changed = await notThere(request.files, standing);
  if (changed.length === 0 && branch.commit !== undefined) return nothingToDo(hub, { commit: branch.commit, request });

  const createPullRequest = request.createPullRequest ?? false;
  const modes = await askModes(hub, { branch: name, createPullRequest, files: changed }, options);
  const ignored = pathsOf(modes.ignored);
  if (modes.large.length + modes.small.length === 0 && branch.commit !== undefined) return { ...nothingToDo(hub, { commit: branch.commit, request }), ignored };
  const small = bytesIn(modes.small);
  options.progress.plan({ files: changed.length, bytes: bytesIn(modes.large) });
  const objects = await sendObjects(hub, { branch: name, files: modes.large }, options);
  const { commit, pullRequest } = await commitOnTop(hub, { branch, standing, modes, request }, options);
  return {
    revision: commit,
    url: pullRequest === undefined ? `${hub.page}/commit/${commit}` : `${hub.page}/discussions/${pullRequest}`,
    ...(pullRequest !== undefined && { pullRequest: `refs/pr/${pullRequest}` }),
    changed: true,
    sent: objects.sent + small,
    here: bytesIn(request.files) - bytesIn(changed) + objects.here,
    ignored,
  };
}

type Work = { readonly branch: Branch; readonly standing: Standing; readonly modes: Modes; readonly request: UploadRequest };

/**
 * Commits on top of what was looked at. A branch that moved meanwhile is gone on top of only if what is replaced is still what was
 * looked at; if it has our files already, it was us whose answer got lost.
 */
async function commitOnTop(hub: HubRepository, work: Work, options: CallOptions): Promise<Committed> {
  const files = [...work.modes.small, ...work.modes.large];
  const { name } = work.branch;
  let { branch } = work;
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const committed = await makeCommit(hub, { ...work, branch }, options);
    if (committed) return committed;
    branch = await findBranch(hub, { name, create: undefined }, options);
    const now = await standingAt(hub, branch.commit, pathsOf(files), options);
    if (branch.commit !== undefined && (await notThere(files, now)).length === 0) return { commit: branch.commit };
    const touched = pathsOf(files).filter((path) => now.get(path)?.digest !== work.standing.get(path)?.digest);
    if (touched.length > 0) throw conflict({ ...hub, version: name }, touched);
  }
  throw conflict({ ...hub, version: name }, []);
}

async function notThere(files: readonly UploadFile[], standing: Standing): Promise<readonly UploadFile[]> {
  const changed: UploadFile[] = [];
  for (const file of files) if (!(await isThere(file, standing))) changed.push(file);
  return changed;
}

function nothingToDo({ page }: HubRepository, { commit, request }: { readonly commit: string; readonly request: UploadRequest }): UploadResult {
  return { revision: commit, url: `${page}/commit/${commit}`, changed: false, sent: 0, here: bytesIn(request.files), ignored: [] };
}

function pathsOf(files: readonly UploadFile[]): readonly string[] {
  return files.map(({ path }) => path);
}

function bytesIn(files: readonly UploadFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
