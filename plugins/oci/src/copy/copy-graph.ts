import { type Content, contentOf, type Descriptor, type GraphSource, type Target } from '@ilab/oras';
import { type CallOptions, forEachAtOnce } from '@ilab/plugin-api';
import { collectGraph, type GraphNode } from './collect-graph.ts';
import { fetchedContent } from './fetched-content.ts';

/** Sees what becomes of each blob. */
export interface CopyWatch {
  /** What is to be looked at. */
  plan(blobs: readonly Descriptor[]): void;
  /** @returns the same content, or one that is watched */
  begin(blob: Descriptor, content: Content): { readonly content: Content; end(outcome: 'sent' | 'there' | 'mounted' | 'failed'): void };
}

export interface GraphOptions extends CallOptions {
  /** What it is to be called at the target; default: nothing, it is there under its digest. */
  readonly tag?: string;
  /** Copy what refers to it, too: signatures, attestations, bills of materials. */
  readonly referrers?: boolean;
  /** A repository of the target’s registry that may have the blobs. */
  readonly mountFrom?: { readonly host: string; readonly repository: string };
  /** Blobs at a time; default 5. */
  readonly concurrency?: number;
  readonly watch?: CopyWatch;
}

/** What came of a copy. */
export interface Copied {
  readonly root: Descriptor;
  /** Bytes of blobs that went to the target, and of those that it had, or took from another repository. */
  readonly sent: number;
  readonly here: number;
  /** How many manifests refer to what was copied, and came along. */
  readonly referrers: number;
}

const AT_ONCE = 5;

/**
 * Copies an artifact, an image or an index byte for byte: first the blobs, of which nothing is kept on the way, then the manifests, those
 * that are named before those that name them, and the tag last, so that whoever finds it finds all of it. What the target has is not
 * sent, so that a copy that was interrupted goes on.
 * @param reference a tag or a digest at the source
 * @throws IlabError E_NOT_FOUND, E_INTEGRITY, and as the source’s and the target’s methods
 */
export async function copyGraph(source: GraphSource, reference: string, target: Target, options: GraphOptions): Promise<Copied> {
  const { signal, tag, referrers = false } = options;
  const root = await source.resolve(reference, { signal });
  const { nodes, blobs } = await collectGraph(source, root, { signal, referrers });
  const { sent, fresh } = await copyBlobs({ source, target }, blobs, options);
  for (const node of nodes) await pushNode(target, node, { signal });
  if (tag !== undefined) await target.tag(root, tag, { signal });
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  return { root, sent, here: total - fresh, referrers: nodes.filter(({ isReferrer }) => isReferrer).length };
}

/** Bytes that went out, and how many of the blobs’ bytes these were: what breaks may go twice. */
type Sent = { readonly sent: number; readonly fresh: number };
type Ends = { readonly source: GraphSource; readonly target: Target };

async function copyBlobs(ends: Ends, blobs: readonly Descriptor[], { signal, concurrency = AT_ONCE, watch, mountFrom }: GraphOptions): Promise<Sent> {
  watch?.plan(blobs);
  // The largest first, so that none is left alone at the end.
  const ordered = [...blobs].sort((a, b) => b.size - a.size);
  let [sent, fresh] = [0, 0];
  await forEachAtOnce(ordered, { limit: concurrency, signal }, async (blob, both) => {
    const content = fetchedContent(ends.source, blob, { signal: both });
    const watched = watch?.begin(blob, content) ?? { content, end() {} };
    try {
      const isMounted = mountFrom !== undefined && (await mount(ends.target, { blob, mountFrom }, { signal: both }));
      const bytes = isMounted ? 0 : await ends.target.push(blob, watched.content, { signal: both });
      sent += bytes;
      fresh += Math.min(bytes, blob.size);
      watched.end(isMounted ? 'mounted' : bytes === 0 ? 'there' : 'sent');
    } catch (error) {
      watched.end('failed');
      throw error;
    }
  });
  return { sent, fresh };
}

type Mount = { readonly blob: Descriptor; readonly mountFrom: NonNullable<GraphOptions['mountFrom']> };

/** What the target has itself is for `push` to find out. */
async function mount(target: Target, { blob, mountFrom }: Mount, options: CallOptions): Promise<boolean> {
  if (!target.mount || (await target.exists(blob, options))) return false;
  return target.mount(blob, mountFrom, options);
}

async function pushNode(target: Target, { descriptor, bytes, isReferrer }: GraphNode, options: CallOptions): Promise<void> {
  // What refers to another goes again even where it is there: only so a registry without such lists of its own gets it into one.
  if (isReferrer || !(await target.exists(descriptor, options))) await target.push(descriptor, contentOf(bytes), options);
}
