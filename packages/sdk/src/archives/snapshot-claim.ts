import { IlabError, isDigest, LOCAL_HOST, type OutgoingModel, type RemoteReference, type VersionKind } from '@ilab/core';

/** What an archive says of a model that has no manifest of its own: where it is from. */
export interface SnapshotClaim {
  readonly source: string;
  readonly host: string;
  readonly repository: string;
  readonly revision: string;
  readonly version?: string;
  readonly kind: VersionKind;
}

/** Beside a model's entry in `index.json`, as JSON. */
export const CLAIM_ANNOTATION = 'ai.instructlab.ilab.snapshot';

const LONGEST = 8192;
const KINDS: readonly unknown[] = ['tag', 'branch', 'commit', 'digest'];

export function claimOf({ id: { source, host, repository, revision }, version, kind }: OutgoingModel): string {
  return JSON.stringify({ source, host, repository, revision, ...(version !== undefined && { version }), kind });
}

/**
 * Reads a claim, and holds it against the reference that the model is asked for by.
 * @throws IlabError E_REGISTRY when it makes no sense, is another model's, or claims a digest that nothing proves
 */
export function parseClaim(text: string, reference: RemoteReference): SnapshotClaim {
  const value = parse(text);
  const { source, host, repository, revision, version, kind } = value;
  const isSame = source === reference.adapter && host === reference.host && repository === reference.repository && version === nameIn(reference, revision);
  if (!isSame) throw refused(`what it calls ${reference.canonical} is another model’s`);
  if (typeof revision !== 'string' || !KINDS.includes(kind)) throw refused('it does not say which revision it has');
  if (isDigest(revision) && host !== LOCAL_HOST) throw refused(`it has no manifest for ${reference.canonical}, which would be proved by it`);
  return {
    source: reference.adapter,
    host: reference.host,
    repository: reference.repository,
    revision,
    ...(typeof version === 'string' && { version }),
    kind: kind as VersionKind,
  };
}

/** A revision that stands where a version does is no name. */
function nameIn({ version }: RemoteReference, revision: unknown): string | undefined {
  return version === revision ? undefined : version;
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = text.length <= LONGEST ? JSON.parse(text) : undefined;
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Told below.
  }
  throw refused('what it says of a model can’t be read');
}

function refused(problem: string): IlabError {
  return new IlabError('E_REGISTRY', `The archive can’t be loaded: ${problem}.`, { hint: 'Have it made again by whoever has the model.', side: 'source' });
}
