import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Descriptor, GraphSource, Target } from '@ilab/oras';
import { IlabError } from '@ilab/plugin-api';
import { copyGraph, type CopyWatch } from '../src/copy/copy-graph.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** A repository in memory that notes what is pushed, in its order, and refuses manifests of what it lacks. */
class Repository implements GraphSource, Target {
  readonly blobs = new Map<string, Buffer>();
  readonly tags = new Map<string, Descriptor>();
  readonly about = new Map<string, Descriptor[]>();
  readonly pushed: string[] = [];
  readonly mountable = new Map<string, Buffer>();
  fetched = 0;

  keep(bytes: string | Buffer, mediaType = 'application/octet-stream'): Descriptor {
    const content = Buffer.from(bytes);
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}` as const;
    this.blobs.set(digest, content);
    return { mediaType, digest, size: content.length, annotations: {} };
  }

  manifest(layers: readonly Descriptor[], more: object = {}): Descriptor {
    const value = { schemaVersion: 2, mediaType: MANIFEST, config: this.keep('{}', 'application/vnd.oci.empty.v1+json'), layers, ...more };
    return this.keep(JSON.stringify(value), MANIFEST);
  }

  async *fetch({ digest }: Descriptor): AsyncGenerator<Uint8Array> {
    const bytes = this.blobs.get(digest);
    if (!bytes) throw new IlabError('E_NOT_FOUND', `There is no ${digest}.`);
    this.fetched += bytes.length;
    yield bytes.subarray(0, 3);
    yield bytes.subarray(3);
  }

  async exists({ digest }: Descriptor): Promise<boolean> {
    return this.blobs.has(digest);
  }

  async resolve(reference: string): Promise<Descriptor> {
    const found = this.tags.get(reference);
    if (!found) throw new IlabError('E_NOT_FOUND', `There is no ${reference}.`);
    return found;
  }

  async push(descriptor: Descriptor, content: { open(): AsyncIterable<Uint8Array> }): Promise<number> {
    const isManifest = descriptor.mediaType === MANIFEST || descriptor.mediaType === INDEX;
    if (!isManifest && this.blobs.has(descriptor.digest)) return 0;
    const bytes = Buffer.concat(await Array.fromAsync(content.open()));
    if (isManifest) {
      for (const [, digest] of bytes.toString().matchAll(/"digest":"([^"]+)"/g))
        if (!this.blobs.has(digest ?? '')) throw new Error(`${digest} is not there yet`);
    }
    this.pushed.push(descriptor.digest);
    this.blobs.set(descriptor.digest, bytes);
    return bytes.length;
  }

  async tag(descriptor: Descriptor, tag: string): Promise<void> {
    this.pushed.push(tag);
    this.tags.set(tag, descriptor);
  }

  async *referrers({ digest }: Descriptor): AsyncGenerator<Descriptor> {
    yield* this.about.get(digest) ?? [];
  }

  async mount({ digest }: Descriptor): Promise<boolean> {
    const bytes = this.mountable.get(digest);
    if (bytes) this.blobs.set(digest, bytes);
    return bytes !== undefined;
  }
}

let source: Repository;
let target: Repository;
beforeEach(() => {
  source = new Repository();
  target = new Repository();
});

/** Two manifests in an index, a signature of each, and a signature of a signature. */
function family(): { readonly root: Descriptor; readonly all: number } {
  const [first, second] = [source.manifest([source.keep('one'), source.keep('shared')]), source.manifest([source.keep('two'), source.keep('shared')])];
  const root = source.keep(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [first, second] }), INDEX);
  const signature = (subject: Descriptor): Descriptor => {
    const made = source.manifest([source.keep(`signature of ${subject.digest}`)], { subject });
    source.about.set(subject.digest, [made]);
    return made;
  };
  signature(first);
  signature(signature(root));
  source.tags.set('v1', root);
  return { root, all: source.blobs.size };
}

describe('a copy of a graph', () => {
  it('brings blobs before manifests, children before parents, and tags last', async () => {
    const { root, all } = family();
    const copied = await copyGraph(source, 'v1', target, { tag: 'v2', referrers: true });
    expect(copied).toMatchObject({ root, referrers: 3, here: 0 });
    expect([...target.blobs].sort()).toEqual([...source.blobs].sort());
    expect(target.pushed).toHaveLength(all + 1);
    expect(target.pushed.at(-1)).toBe('v2');
    expect(target.tags.get('v2')).toEqual(root);
  });

  it('leaves what refers to it where it is, unless that is wanted', async () => {
    family();
    expect(await copyGraph(source, 'v1', target, {})).toMatchObject({ referrers: 0 });
    expect([...target.blobs.values()].some((bytes) => bytes.toString().startsWith('signature'))).toBe(false);
    expect(target.tags.size).toBe(0);
  });

  it('sends nothing that is there, and takes what another repository has', async () => {
    family();
    const { sent } = await copyGraph(source, 'v1', target, {});
    expect(sent).toBe('onetwoshared{}'.length);
    source.fetched = 0;
    const again = await copyGraph(source, 'v1', target, { tag: 'v1' });
    expect(again).toMatchObject({ sent: 0, here: sent });
    const other = new Repository();
    for (const [digest, bytes] of source.blobs) other.mountable.set(digest, bytes);
    expect(await copyGraph(source, 'v1', other, { mountFrom: { host: 'h', repository: 'r' } })).toMatchObject({ sent: 0, here: sent });
  });

  it('tells of each blob, once', async () => {
    family();
    const seen: string[] = [];
    const watch: CopyWatch = {
      plan: (blobs) => void seen.push(`plan ${blobs.length}`),
      begin: (blob, content) => ({ content, end: (outcome) => void seen.push(`${blob.size} ${outcome}`) }),
    };
    target.keep('one');
    await copyGraph(source, 'v1', target, { watch });
    expect(seen.sort()).toEqual(['2 sent', '3 sent', '3 there', '6 sent', 'plan 4']);
  });

  it('names nothing when something can’t be had', async () => {
    const root = source.manifest([source.keep('layer'), { ...source.keep('gone') }]);
    source.blobs.delete(source.keep('gone').digest);
    source.tags.set('v1', root);
    await expect(copyGraph(source, 'v1', target, { tag: 'v1' })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(target.tags.size).toBe(0);
    expect(target.blobs.has(root.digest)).toBe(false);
  });

  it('takes an index that lists what is no manifest, and none of what registries do not distribute', async () => {
    const foreign = source.keep('foreign', 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip');
    const inner = source.manifest([]);
    const root = source.keep(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [inner, source.keep('odd', 'text/plain')] }), INDEX);
    source.tags.set('v1', root);
    await copyGraph(source, 'v1', target, {});
    expect([...target.blobs.values()].map(String)).toContain('odd');
    source.tags.set('v2', source.manifest([foreign]));
    const lenient = new Repository();
    lenient.blobs.set(foreign.digest, Buffer.alloc(0));
    await copyGraph(source, 'v2', lenient, {});
    expect(lenient.pushed).not.toContain(foreign.digest);
  });

  it('is not led on without end', async () => {
    let last = source.manifest([]);
    for (let count = 0; count < 1001; count++) last = source.keep(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [last] }), INDEX);
    source.tags.set('v1', last);
    await expect(copyGraph(source, 'v1', target, {})).rejects.toMatchObject({ code: 'E_REGISTRY', side: 'source' });
    const subject = source.manifest([source.keep('x')]);
    source.about.set(subject.digest, [subject]);
    source.tags.set('loop', subject);
    expect(await copyGraph(source, 'loop', target, { referrers: true })).toMatchObject({ referrers: 0 });
  });

  it('reads from the middle where the target goes on there', async () => {
    const layer = source.keep('0123456789');
    source.tags.set('v1', source.manifest([layer]));
    const parts: string[] = [];
    const push = target.push.bind(target);
    target.push = async (descriptor, content) => {
      if (descriptor.digest === layer.digest) {
        const open = (content as { open(range?: { start: number; end: number }): AsyncIterable<Uint8Array> }).open;
        for (const [start, end] of [
          [4, 7],
          [0, 2],
          [9, 10],
        ] as const)
          parts.push(Buffer.concat(await Array.fromAsync(open({ start, end }))).toString());
      }
      return push(descriptor, content);
    };
    await copyGraph(source, 'v1', target, {});
    expect(parts).toEqual(['456', '01', '9']);
  });
});
