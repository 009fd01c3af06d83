import { IlabError } from '@ilab/core';
import { expect, it } from 'vitest';
import { copy, createMemoryTarget, type Descriptor, extendedCopy, type GraphSource, type LeftOut, type Target } from '../src/index.ts';
import { blob, EMPTY, index, type Item, item, MANIFEST, manifest, pushAll } from './graph.ts';

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const weights = blob('weights');
const model = manifest([weights]);
const layer = blob('a good signature');
const good = manifest([layer], { subject: model, artifactType: BUNDLE });
const told = ({ descriptor: { mediaType, digest, size } }: Item) => ({ mediaType, digest, size });

/** A referrer as whoever may push can write one. */
function claim(more: Readonly<Record<string, unknown>>): Item {
  const value = { schemaVersion: 2, mediaType: MANIFEST, artifactType: BUNDLE, config: told(EMPTY), layers: [], subject: told(model), ...more };
  return item(MANIFEST, JSON.stringify(value));
}
const sized = (size: number): Item => claim({ layers: [{ ...told(blob('bad')), size }] });

/** A source that lists these before the good one, whatever they are. */
async function beside(bad: readonly Item[], { held = [blob('bad')] }: { readonly held?: readonly Item[] } = {}): Promise<GraphSource> {
  const source = createMemoryTarget();
  await pushAll(source, [EMPTY, weights, model, layer, good, ...held]);
  await source.tag(model.descriptor, 'v1', {});
  const bytes = new Map(bad.map(({ descriptor, bytes: content }) => [descriptor.digest, content]));
  return {
    ...source,
    async *fetch(descriptor, options) {
      const known = bytes.get(descriptor.digest);
      if (known) yield known;
      else yield* source.fetch(descriptor, options);
    },
    async *referrers(subject, options) {
      if (subject.digest === model.descriptor.digest) yield* bad.map(({ descriptor }) => ({ ...descriptor, artifactType: BUNDLE }));
      yield* source.referrers(subject, options);
    },
  };
}

async function tolerantly(source: GraphSource, target: Target & GraphSource = createMemoryTarget()) {
  const leftOut: LeftOut[] = [];
  await extendedCopy(source, 'v1', target, 'v1', { onLeftOut: (one) => void leftOut.push(one) });
  return { leftOut, target, arrived: await target.exists(good.descriptor, {}) };
}

const NONSENSE: readonly (readonly [string, Item])[] = [
  ['is no JSON', item(MANIFEST, 'nonsense')],
  ['has a layer that is shorter than it says', sized(4)],
  ['has a layer that is longer than it says', sized(2)],
  ['names a layer that is not there', claim({ layers: [told(blob('nowhere'))] })],
  ['names a layer of 100 MB', claim({ layers: [{ ...told(blob('bad')), size: 100_000_000 }] })],
  ['names a digest that is none', claim({ layers: [{ ...told(blob('bad')), digest: 'sha256:x' }] })],
  ['is a manifest of 100 MB', { ...good, descriptor: { ...item(MANIFEST, 'x').descriptor, size: 100_000_000 } }],
  ['is listed with a size that is not its own', { ...good, descriptor: { ...good.descriptor, size: 3 } }],
  ['is about another model', claim({ subject: told(weights) })],
  ['is a blob', blob('bad')],
];

it.each(NONSENSE)('what %s is left out and told, and a good signature beside it arrives', async (_what, bad) => {
  const { leftOut, arrived, target } = await tolerantly(await beside([bad]));
  expect(arrived).toBe(true);
  expect((await target.resolve('v1', {})).digest).toBe(model.descriptor.digest);
  expect(leftOut).toMatchObject([{ descriptor: { digest: bad.descriptor.digest }, by: 'source', why: { name: 'IlabError' } }]);
});

it.each(NONSENSE.filter(([what]) => !/another model|a blob|100 MB/.test(what)))('what %s ends a copy that was not told otherwise', async (_what, bad) => {
  await expect(extendedCopy(await beside([bad]), 'v1', createMemoryTarget())).rejects.toMatchObject({ name: 'IlabError' });
});

it('an index with nonsense in it takes no good signature with it', async () => {
  const bad = sized(4);
  const holder = claim({ mediaType: undefined });
  const both = item(index([]).descriptor.mediaType, JSON.stringify({ ...JSON.parse(index([good, bad]).bytes.toString()), subject: told(model) }));
  const { leftOut, arrived } = await tolerantly(await beside([both, bad, holder]));
  expect(arrived).toBe(true);
  expect(leftOut.map(({ descriptor }) => descriptor.digest).sort()).toEqual([both.descriptor.digest, bad.descriptor.digest].sort());
});

it('an index that is deeper than any, and leads to the same in many ways, is left out', async () => {
  const [held, pair]: [Item[], Item[]] = [[], [manifest([layer]), manifest([EMPTY])]];
  let level = pair;
  for (let depth = 0; depth < 6; depth++) {
    held.push(...level);
    level = [index(level), index(level.toReversed())];
  }
  const top = item(index([]).descriptor.mediaType, JSON.stringify({ ...JSON.parse(index(level).bytes.toString()), subject: told(model) }));
  const { leftOut, arrived } = await tolerantly(await beside([top], { held: [...held, ...level] }));
  expect([arrived, leftOut.length]).toEqual([true, 1]);
});

it('thousands are not all looked at, and signatures come before others', async () => {
  const flood = (count: number, artifactType: (at: number) => string) =>
    Array.from({ length: count }, (_, at): Descriptor => ({ ...item(MANIFEST, `${at}`).descriptor, artifactType: artifactType(at) }));
  const source = await beside([]);
  const listed = [...flood(600, () => 'x/one'), ...flood(3000, (at) => `x/${at}`)];
  let asked = 0;
  const { leftOut, arrived } = await tolerantly({
    ...source,
    fetch(descriptor, options) {
      asked++;
      return source.fetch(descriptor, options);
    },
    async *referrers(subject, options) {
      if (subject.digest === model.descriptor.digest) yield* listed;
      yield* source.referrers(subject, options);
    },
  });
  expect(arrived).toBe(true);
  expect(asked).toBeLessThan(1100);
  expect(leftOut).toHaveLength(3600);
});

it('a chain without end is followed three steps', async () => {
  const chain = Array.from({ length: 6 }).reduce<readonly Item[]>((links) => [...links, manifest([layer], { subject: links.at(-1) ?? model })], []);
  const { leftOut, arrived, target } = await tolerantly(await beside([], { held: chain }));
  expect([arrived, leftOut]).toEqual([true, []]);
  expect(await Promise.all(chain.map(({ descriptor }) => target.exists(descriptor, {})))).toEqual([true, true, true, false, false, false]);
});

it('a list that breaks into nonsense leaves what was read of it', async () => {
  const source = await beside([]);
  const cut: GraphSource = {
    ...source,
    async *referrers(subject, options) {
      yield* source.referrers(subject, options);
      if (subject.digest === model.descriptor.digest) throw new IlabError('E_REGISTRY', 'It makes no sense.');
    },
  };
  expect(await tolerantly(cut)).toMatchObject({ arrived: true, leftOut: [{ descriptor: { digest: model.descriptor.digest } }] });
});

it.each<[string, IlabError]>([
  ['a network that fails', new IlabError('E_NETWORK', 'The connection broke.', { retryable: true })],
  ['a registry that is ill', new IlabError('E_REGISTRY', 'It answered 503.', { retryable: true })],
  ['a login that ended', new IlabError('E_FORBIDDEN', 'Not you.')],
  ['bytes that are not those of their digest', new IlabError('E_INTEGRITY', 'Other bytes.', { details: { expected: 'sha256:a', actual: 'sha256:b' } })],
])('%s is no nonsense, and ends the copy', async (_what, error) => {
  const source = await beside([]);
  for (const lacks of [good, layer]) {
    const failing: GraphSource = {
      ...source,
      async *fetch(descriptor, options) {
        if (descriptor.digest === lacks.descriptor.digest) throw error;
        yield* source.fetch(descriptor, options);
      },
    };
    const target = createMemoryTarget();
    await expect(tolerantly(failing, target)).rejects.toBe(error);
    await expect(target.resolve('v1', {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  }
});

it('the model itself is never nonsense', async () => {
  const source = await beside([]);
  const lacking: GraphSource = {
    ...source,
    fetch(descriptor, options) {
      if (descriptor.digest === weights.descriptor.digest) throw new IlabError('E_NOT_FOUND', 'It is gone.');
      return source.fetch(descriptor, options);
    },
  };
  await expect(tolerantly(lacking)).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
});

it('what the target refuses is told as the target’s', async () => {
  const inner = createMemoryTarget();
  const picky: Target & GraphSource = {
    ...inner,
    push(descriptor, content, options) {
      if (descriptor.digest === good.descriptor.digest) throw new IlabError('E_REGISTRY', 'It does not take this kind of manifest.');
      return inner.push(descriptor, content, options);
    },
  };
  expect(await tolerantly(await beside([]), picky)).toMatchObject({ arrived: false, leftOut: [{ by: 'target' }] });
  await expect(copy(await beside([]), good.descriptor.digest, picky)).rejects.toMatchObject({ code: 'E_REGISTRY' });
});
