import { createHash } from 'node:crypto';
import { IlabError } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { copy, type CopyOptions, createMemoryTarget, type Descriptor, extendedCopy, type GraphSource, type Target } from '../src/index.ts';
import { blob, bytesOf, EMPTY, index, type Item, item, manifest, pushAll } from './graph.ts';

const [first, second, third] = [blob('first'), blob('second'), blob('third')];
const [one, two] = [manifest([first, second]), manifest([second, third])];
const both = index([one, two]);
const ALL = [EMPTY, first, second, third, one, two, both];

async function sourceOf(items: readonly Item[] = ALL, tags: Readonly<Record<string, Item>> = { all: both, one }): Promise<Target & GraphSource> {
  const source = createMemoryTarget();
  await pushAll(source, items);
  for (const [tag, { descriptor }] of Object.entries(tags)) await source.tag(descriptor, tag, {});
  return source;
}

/** A target in memory that notes, in order, what is done to it. */
function watched(changes: (target: Target & GraphSource) => Partial<Target> = () => ({})) {
  const calls: string[] = [];
  const inner = createMemoryTarget();
  const changed = { ...inner, ...changes(inner) };
  const target: Target & GraphSource = {
    ...changed,
    push(descriptor, content, options) {
      calls.push(`push ${descriptor.digest}`);
      return changed.push(descriptor, content, options);
    },
    tag(descriptor, tag, options) {
      calls.push(`tag ${tag}`);
      return inner.tag(descriptor, tag, options);
    },
  };
  return { target, calls };
}

const pushed = (...items: readonly Item[]) => items.map(({ descriptor }) => `push ${descriptor.digest}`);

/** Watches hooks. */
function told() {
  const copied: Descriptor[] = [];
  const skipped: Descriptor[] = [];
  const mounted: Descriptor[] = [];
  const options: CopyOptions = {
    onCopied: (descriptor) => void copied.push(descriptor),
    onSkipped: (descriptor) => void skipped.push(descriptor),
    onMounted: (descriptor) => void mounted.push(descriptor),
  };
  return { copied, skipped, mounted, options };
}

const digests = (items: readonly { readonly digest: string }[]) => items.map(({ digest }) => digest).sort();

describe('a copy', () => {
  it('sends everything once, what is held before what holds it, and the name last', async () => {
    const { target, calls } = watched();
    const { copied, options } = told();
    expect((await copy(await sourceOf(), 'all', target, 'mine', options)).digest).toBe(both.descriptor.digest);
    expect(calls).toHaveLength(new Set(calls).size);
    expect([...calls.slice(0, -1)].sort()).toEqual(pushed(...ALL).sort());
    const at = (item: Item) => calls.indexOf(`push ${item.descriptor.digest}`);
    for (const [parent, ...children] of [
      [one, EMPTY, first, second],
      [two, EMPTY, second, third],
      [both, one, two],
    ] as const)
      for (const child of children) expect(at(child)).toBeLessThan(at(parent));
    expect(calls.at(-1)).toBe('tag mine');
    expect(digests(copied)).toEqual(digests(ALL.map(({ descriptor }) => descriptor)));
    expect(await bytesOf(target.fetch(third.descriptor, {}))).toEqual(third.bytes);
  });
  it('leaves what the target has, and of a manifest that it has asks for nothing more', async () => {
    const { target, calls } = watched();
    await pushAll(target, [EMPTY, first, second, one]);
    calls.length = 0;
    const { skipped, copied, options } = told();
    await copy(await sourceOf(), 'all', target, undefined, options);
    expect(calls).toEqual([...pushed(third, two, both), 'tag all']);
    expect(digests(skipped)).toEqual(digests([one, EMPTY, second].map(({ descriptor }) => descriptor)));
    expect(digests(copied)).toEqual(digests([third, two, both].map(({ descriptor }) => descriptor)));
  });
  it('names nothing where a digest was asked for', async () => {
    const { target, calls } = watched();
    await copy(await sourceOf(), one.descriptor.digest, target);
    expect(calls.filter((call) => call.startsWith('tag'))).toEqual([]);
    expect((await target.resolve(one.descriptor.digest, {})).digest).toBe(one.descriptor.digest);
  });
  it('mounts from a repository of the same host, and sends what can’t be', async () => {
    const asked: unknown[] = [];
    const mount: Target['mount'] = async ({ digest }, from) => {
      asked.push(from);
      return digest === first.descriptor.digest;
    };
    const { target, calls } = watched(({ push }) => ({
      mount,
      push: (descriptor, content, options) => push(descriptor, content, options),
    }));
    const { mounted, options } = told();
    await copy({ ...(await sourceOf()), host: 'quay.io', repository: 'org/other' }, 'one', target, undefined, options);
    expect(digests(mounted)).toEqual([first.descriptor.digest]);
    for (const from of asked) expect(from).toEqual({ host: 'quay.io', repository: 'org/other' });
    expect([...calls].sort()).toEqual([...pushed(EMPTY, second, one), 'tag one'].sort());
  });
  it('reads a blob anew that broke on the way, and no more often than three times', async () => {
    for (const [breaks, ends] of [
      [2, true],
      [3, false],
    ] as const) {
      const source = await sourceOf();
      let tries = 0;
      const flaky: GraphSource = {
        ...source,
        async *fetch(descriptor, options) {
          if (descriptor.digest !== first.descriptor.digest || tries++ >= breaks) return yield* source.fetch(descriptor, options);
          yield first.bytes.subarray(0, 2);
          throw new IlabError('E_NETWORK', 'The connection broke.', { retryable: true });
        },
      };
      const { target } = watched();
      const copying = copy(flaky, 'one', target);
      if (ends) await copying;
      else await expect(copying).rejects.toMatchObject({ code: 'E_NETWORK' });
      expect(await target.exists(one.descriptor, {})).toBe(ends);
    }
  });
  it('sends again what a target said that it had, and lacks', async () => {
    let lies = 0;
    const { target } = watched((inner) => ({
      async exists(descriptor, options) {
        if (descriptor.digest === first.descriptor.digest && lies++ === 0) return true;
        return inner.exists(descriptor, options);
      },
      async push(descriptor, content, options) {
        if (descriptor.digest === one.descriptor.digest && !(await inner.exists(first.descriptor, {})))
          throw new IlabError('E_REGISTRY', 'It lacks something.', { details: { missing: [first.descriptor.digest] } });
        return inner.push(descriptor, content, options);
      },
    }));
    await copy(await sourceOf(), 'one', target);
    expect(await target.exists(first.descriptor, {})).toBe(true);
  });
  it('gives up where a target goes on lacking something', async () => {
    const { target } = watched(({ push }) => ({
      push: async (descriptor, content, options) => {
        if (descriptor.digest === one.descriptor.digest) throw new IlabError('E_REGISTRY', 'It lacks something.', { details: { missing: [] } });
        return push(descriptor, content, options);
      },
    }));
    await expect(copy(await sourceOf(), 'one', target)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
  it('ends at what the source lacks, and names nothing', async () => {
    const { target, calls } = watched();
    await expect(copy(await sourceOf([EMPTY, first, second, one, both]), 'all', target)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(calls).not.toContain('tag all');
    expect(await target.exists(both.descriptor, {})).toBe(false);
  });
  it('refuses graphs that are deeper than any', async () => {
    let inner = one;
    const items: Item[] = [EMPTY, first, second, one];
    for (let depth = 0; depth < 20; depth++) {
      inner = index([inner]);
      items.push(inner);
    }
    await expect(copy(await sourceOf(items, { deep: inner }), 'deep', createMemoryTarget())).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
  it('ends when it is told to', async () => {
    const abort = new AbortController();
    const { target, calls } = watched();
    const options: CopyOptions = { signal: abort.signal, concurrency: 1, onCopied: () => abort.abort(new Error('enough')) };
    await expect(copy(await sourceOf(), 'all', target, 'all', options)).rejects.toThrow('enough');
    expect(calls).toHaveLength(1);
  });
  it('takes no layers that are to be had elsewhere', async () => {
    const foreign = item('application/vnd.oci.image.layer.nondistributable.v1.tar', 'elsewhere');
    const image = manifest([first, foreign]);
    const { target, calls } = watched();
    await copy(await sourceOf([EMPTY, first, image], { image }), 'image', target);
    expect([...calls].sort()).toEqual([...pushed(EMPTY, first, image), 'tag image'].sort());
  });
});

describe('an extended copy', () => {
  const signature = manifest([blob('signature')], { subject: one, artifactType: 'application/x.signature' });
  const attested = manifest([blob('attested')], { subject: signature });
  const fourth = Array.from({ length: 3 }).reduce<readonly Item[]>((chain) => [...chain, manifest([blob('deep')], { subject: chain.at(-1) ?? attested })], []);
  const items = [...ALL, blob('signature'), signature, blob('attested'), attested, blob('deep'), ...fourth];

  it('takes what refers to it, and to the manifests in it, and to those, to a depth', async () => {
    const target = createMemoryTarget();
    await extendedCopy(await sourceOf(items), 'all', target, 'all', { depth: 2 });
    for (const { descriptor } of [both, signature, attested]) expect(await target.exists(descriptor, {})).toBe(true);
    expect(await target.exists(fourth[0]?.descriptor ?? both.descriptor, {})).toBe(false);
    expect(digests(await Array.fromAsync(target.referrers(one.descriptor, {})))).toEqual([signature.descriptor.digest]);
  });
  it('takes what is wanted alone, also where the target has the rest', async () => {
    const target = createMemoryTarget();
    const source = await sourceOf(items);
    await copy(source, 'one', target);
    await extendedCopy(source, 'one', target, 'one', { wanted: ({ artifactType }) => artifactType === 'application/x.signature' });
    expect(await target.exists(signature.descriptor, {})).toBe(true);
    expect(await target.exists(attested.descriptor, {})).toBe(false);
  });
  it('leaves them alone when it is a plain copy', async () => {
    const target = createMemoryTarget();
    await copy(await sourceOf(items), 'one', target);
    expect(await target.exists(signature.descriptor, {})).toBe(false);
  });
});

it('proves what it copies by its digest', async () => {
  const source = await sourceOf();
  const wrong: GraphSource = {
    ...source,
    fetch: (descriptor, options) => (descriptor.digest === first.descriptor.digest ? liar() : source.fetch(descriptor, options)),
  };
  async function* liar() {
    yield createHash('sha256').update('x').digest().subarray(0, first.bytes.length);
  }
  await expect(copy(wrong, 'one', createMemoryTarget())).rejects.toMatchObject({ code: 'E_INTEGRITY' });
});
