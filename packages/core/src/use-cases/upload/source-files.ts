import { IlabError, isIlabError } from '../../errors/ilab-error.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Metadata } from '../../ports/metadata.ts';
import type { Outbox, OutgoingFile, OutgoingFiles } from '../../ports/outbox.ts';
import type { UploadOrigin } from '../../ports/upload.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import { readInventory } from '../../resolver/inventory.ts';
import { applyAlias } from '../../resolver/literal-reference.ts';
import type { TrackedResolution } from '../../resolver/resolution.ts';
import { type ResolverDeps, resolveReference } from '../../resolver/resolve-reference.ts';
import { refuseUntrusted } from '../signatures/refuse-untrusted.ts';
import type { SignatureDeps } from '../signatures/verify-candidates.ts';

export interface SourceDeps extends ResolverDeps, SignatureDeps {
  readonly cache: Pick<Cache, 'directory' | 'items' | 'listing' | 'owner'>;
  readonly metadata: Pick<Metadata, 'signature'>;
  readonly outbox: Outbox;
}

/** A model on this machine, as files that can be sent. */
export interface Source extends OutgoingFiles {
  /** As the user would name it again. */
  readonly reference: string;
  /** Where the model is whose files these all are: absolute, a folder or a file; absent where some are left out. */
  readonly whole?: string;
  /** The snapshot that the files are of, to be leased. */
  readonly origin?: UploadOrigin;
}

/**
 * Finds what `--model` means, without fetching anything: files of a snapshot, or of a path. What a policy does not let be used is not
 * passed on either.
 * @param any whether a path that is no model will do
 * @throws IlabError E_UNTRUSTED, and as `resolveReference`
 */
export async function sourceFiles(deps: SourceDeps, { value, any }: { readonly value: string; readonly any: boolean }, options: CallOptions): Promise<Source> {
  const found = await resolveReference(deps, { value, pull: 'never' }, options).catch((error: unknown) => {
    if (isIlabError(error) && error.code === 'E_NOT_A_MODEL') return any ? undefined : refuse(error);
    throw error;
  });
  const typed = typedPath(deps, value);
  if (found === undefined) return { ...(await deps.outbox.list(typed.path, options)), reference: typed.path };
  if (found.kind === 'remote') throw new IlabError('E_INTERNAL', `${value} is to be fetched, and nothing was to be.`);
  if (found.kind === 'tracked') await refuseUntrusted(deps, found, options);
  if (found.kind === 'tracked' && found.id !== undefined) return storedFiles(deps, { found, narrowed: typed.narrowed }, options);
  const listed = await deps.outbox.list(found.kind === 'path' ? typed.path : found.path, options);
  return { ...listed, reference: found.kind === 'path' ? found.path : found.reference, whole: found.path };
}

function refuse(error: IlabError): never {
  throw new IlabError('E_NOT_A_MODEL', error.message, { hint: 'To upload it all the same: --force.' });
}

/** What was typed, where it is a path: a link is sent under its own name. */
function typedPath({ registries, settings }: SourceDeps, value: string): { readonly path: string; readonly narrowed: boolean } {
  const grammar = { manifests: registries.manifests, registries: settings.registries };
  const typed = parseReference(value, grammar);
  const reference = applyAlias(typed, { grammar, aliases: settings.aliases }) ?? typed;
  return reference.kind === 'path' ? { path: reference.path, narrowed: false } : { path: value, narrowed: reference.selector !== undefined };
}

/** All files of a snapshot that are here, or those that were selected. It may stand in a read-only tier, too. */
async function storedFiles(
  { cache }: SourceDeps,
  { found, narrowed }: { readonly found: TrackedResolution; readonly narrowed: boolean },
  options: CallOptions,
): Promise<Source> {
  const { repositories } = await readInventory(cache.items(options));
  const snapshot = repositories
    .flatMap(({ snapshots }) => snapshots)
    .find((one) => one.id.revision === found.revision && (found.path === one.path || found.path.startsWith(`${one.path}/`)));
  if (!snapshot) throw new IlabError('E_NOT_FOUND', `${found.reference} went away meanwhile.`, { retryable: true });
  const chosen = narrowed ? new Set(found.files) : undefined;
  const files = snapshot.files
    .filter(({ path }) => chosen?.has(path) ?? true)
    .map(({ path, size, sha256, entry = path }): OutgoingFile => ({ path, size, at: `${snapshot.path}/${entry}`, ...(sha256 !== undefined && { sha256 }) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const { manifest } = snapshot.metadata;
  const whole = files.length === snapshot.files.length && snapshot.missing.length === 0;
  return { files, refused: {}, reference: found.reference, ...(whole && { whole: snapshot.path }), origin: { ...snapshot.id, ...(manifest && { manifest }) } };
}
