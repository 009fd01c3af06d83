import { type Digest, forEachAtOnce, IlabError, isIlabError } from '@ilab/core/adapter';
import { childrenOf } from '../content/children-of.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { isManifestType } from '../content/media-types.ts';
import { contentOf } from '../target/content.ts';
import { fetchManifest } from '../target/fetch-manifest.ts';
import type { Source, Target } from '../target/target.ts';
import type { CopyOptions, Origin } from './copy-options.ts';
import { sourceContent } from './source-content.ts';

/** Blobs at once. */
const AT_ONCE = 4;
/** Indexes in indexes, and manifests in one copy. Nothing refers to itself, but a graph may be as deep as its maker likes. */
const DEEPEST = 16;
const MOST_MANIFESTS = 20_000;
/** How often a blob that broke is read again from its beginning. */
const MOST_TRIES = 3;

interface Copying {
  readonly source: Source & Origin;
  readonly target: Target;
  readonly options: CopyOptions;
  /** What is there, so that nothing is asked for twice. */
  readonly done: Set<Digest>;
  manifests: number;
}

/**
 * Copies a manifest with all that it holds, what is held before what holds it, everything once. What the target has is left as it is;
 * of a manifest that it has, nothing more is asked, unless it says that it lacks something.
 * @throws IlabError E_REGISTRY (deeper, or more, than anybody makes), and as `Source` and `Target`
 */
export async function copyGraph(source: Source & Origin, root: Descriptor, target: Target, options: CopyOptions = {}): Promise<void> {
  const copying: Copying = { source, target, options, done: new Set(), manifests: 0 };
  if (isManifestType(root.mediaType)) await copyManifest(copying, root, { depth: 0, isWanted: false });
  else await copyBlob(copying, root, options);
}

interface Place {
  readonly depth: number;
  /** Whether what it holds is to be looked at even where the target has it. */
  readonly isWanted: boolean;
}

async function copyManifest(copying: Copying, descriptor: Descriptor, { depth, isWanted }: Place): Promise<void> {
  const { source, target, options, done } = copying;
  options.signal?.throwIfAborted();
  if (done.has(descriptor.digest) && !isWanted) return;
  if (depth > DEEPEST || ++copying.manifests > MOST_MANIFESTS) throw tooMuch(descriptor);
  if (!isWanted && (await target.exists(descriptor, options))) {
    done.add(descriptor.digest);
    return options.onSkipped?.(descriptor);
  }
  const { bytes, manifest } = await fetchManifest(source, descriptor, options);
  const children = childrenOf(manifest);
  await copyChildren(copying, children, { depth, isWanted });
  try {
    await target.push(descriptor, contentOf(bytes), options);
  } catch (error) {
    if (!lacksSomething(error) || isWanted) throw error;
    // It said that it has something which it has not, or it was deleted meanwhile.
    for (const child of children) done.delete(child.digest);
    await copyChildren(copying, children, { depth, isWanted: true });
    await target.push(descriptor, contentOf(bytes), options);
  }
  done.add(descriptor.digest);
  options.onCopied?.(descriptor);
}

async function copyChildren(copying: Copying, children: readonly Descriptor[], { depth, isWanted }: Place): Promise<void> {
  const { options } = copying;
  const manifests = children.filter(({ mediaType }) => isManifestType(mediaType));
  const blobs = children.filter((child) => !manifests.includes(child) && !copying.done.has(child.digest));
  await forEachAtOnce(blobs, { limit: options.concurrency ?? AT_ONCE, signal: options.signal }, (blob, signal) =>
    copyBlob(copying, blob, { ...options, signal }),
  );
  // One after the other: each is small, and what it holds goes at once.
  for (const manifest of manifests) await copyManifest(copying, manifest, { depth: depth + 1, isWanted });
}

async function copyBlob({ source, target, done }: Copying, blob: Descriptor, options: CopyOptions): Promise<void> {
  if (await target.exists(blob, options)) options.onSkipped?.(blob);
  else if (await mount({ source, target }, blob, options)) options.onMounted?.(blob);
  else {
    await push({ source, target }, blob, options);
    options.onCopied?.(blob);
  }
  done.add(blob.digest);
}

type Ends = Pick<Copying, 'source' | 'target'>;

async function mount({ source: { host, repository }, target }: Ends, blob: Descriptor, options: CopyOptions): Promise<boolean> {
  if (host === undefined || repository === undefined || !target.mount) return false;
  return target.mount(blob, { host, repository }, options);
}

async function push({ source, target }: Ends, blob: Descriptor, options: CopyOptions): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await target.push(blob, sourceContent(source, blob, options), options);
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (tries === MOST_TRIES || !isIlabError(error) || !(error.retryable || error.code === 'E_NETWORK')) throw error;
    }
  }
}

/** Registries say what of a manifest they lack. */
function lacksSomething(error: unknown): boolean {
  return isIlabError(error) && error.code === 'E_REGISTRY' && Array.isArray(error.details?.['missing']);
}

function tooMuch({ digest }: Descriptor): IlabError {
  return new IlabError('E_REGISTRY', `${digest} lies more than ${DEEPEST} indexes deep, or after more than ${MOST_MANIFESTS} manifests.`, {
    hint: 'Copy its parts by their digests.',
    side: 'source',
  });
}
