import { IlabError } from '../errors/ilab-error.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ModelProbe, ProbeResult } from '../ports/model-probe.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { type Tracked, trackedModel } from './tracked.ts';
import type { PathResolution } from './resolution.ts';

export interface PathDeps {
  readonly probe: ModelProbe;
  readonly cache: Pick<Cache, 'directory' | 'owner'>;
  readonly grammar: ReferenceGrammar;
}

/** What looking at a path came to: a model, or the reason why not, which matters only if nothing else is found. */
export type PathFinding = { readonly model: Omit<PathResolution, 'steps'> | Tracked } | { readonly problem: IlabError; readonly exists: boolean };

/** Looks whether a value is a model's path; one inside the store is the tracked model that it belongs to. */
export async function lookAtPath(deps: PathDeps, path: string, options: CallOptions): Promise<PathFinding> {
  const found = await deps.probe.probe(path, options);
  if (found.kind !== 'missing' && found.path.startsWith(`${deps.cache.directory}/`)) {
    const tracked = await ownerOf(deps, found.path, options);
    if (tracked && !isBrokenInPlace(found, tracked)) return { model: tracked };
  }
  if (found.kind !== 'model') return { problem: pathProblem(found), exists: found.kind === 'not-a-model' };
  const { format, files } = found;
  return { model: { kind: 'path', name: found.path, path: found.path, format, files, because: 'a path' } };
}

/** Snapshots were verified when they came; what older tools left never was, so what is seen in it counts. */
function isBrokenInPlace(found: ProbeResult, tracked: Tracked): boolean {
  return found.kind === 'not-a-model' && tracked.id === undefined && tracked.path === found.path;
}

async function ownerOf(deps: PathDeps, path: string, options: CallOptions): Promise<Tracked | undefined> {
  const owner = await deps.cache.owner(path, options);
  if (owner?.item.kind === 'legacy' || owner?.item.kind === 'checkpoint') return trackedModel({ kind: 'unmanaged', model: owner.item }, deps.grammar);
  if (owner?.item.kind !== 'repository') return undefined;
  const { version, revision, file } = owner;
  const wanted = { ...(version !== undefined ? { version } : revision !== undefined && { version: revision }), ...(file !== undefined && { selector: file }) };
  return trackedModel({ kind: 'repository', repository: owner.item, wanted }, deps.grammar);
}

function pathProblem(found: Exclude<ProbeResult, { kind: 'model' }>): IlabError {
  if (found.kind === 'missing')
    return new IlabError('E_NOT_FOUND', `There is nothing at ${found.path}.`, { hint: 'Check the path; `ilab model list` shows the models that are here.' });
  return new IlabError('E_NOT_A_MODEL', `${found.path} is not a model: ${found.reason}`, {
    hint: 'A model is a GGUF file, a directory with config.json and safetensors, or a LoRA adapter’s directory.',
  });
}
