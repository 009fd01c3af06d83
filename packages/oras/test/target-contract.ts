import { describe, expect, it } from 'vitest';
import { type Content, contentOf, type GraphSource, type Target } from '../src/index.ts';
import { blob, bytesOf, EMPTY, index, item, manifest, pushAll } from './graph.ts';

/** Content that comes whole, whatever was asked for. */
const wholeOf = (bytes: Buffer): Content => ({ open: () => contentOf(bytes).open() });

/** What every target keeps to, whatever it is. `make` gives an empty one, with a clean-up. */
export function targetContract(name: string, make: () => Promise<{ readonly target: Target & GraphSource; readonly end?: () => Promise<void> }>): void {
  const using = (work: (target: Target & GraphSource) => Promise<void>) => async () => {
    const { target, end } = await make();
    try {
      await work(target);
    } finally {
      await end?.();
    }
  };
  const layer = blob('weights '.repeat(1000));
  const model = manifest([layer]);
  const code = (expected: string) => expect.objectContaining({ code: expected });

  describe(`${name} keeps the contract of targets`, () => {
    it(
      'gives back what was pushed, and sends nothing twice',
      using(async (target) => {
        expect(await target.exists(layer.descriptor, {})).toBe(false);
        expect(await target.push(layer.descriptor, contentOf(layer.bytes), {})).toBe(layer.bytes.length);
        expect(await target.exists(layer.descriptor, {})).toBe(true);
        expect(await target.push(layer.descriptor, contentOf(layer.bytes), {})).toBe(0);
        expect(await bytesOf(target.fetch(layer.descriptor, {}))).toEqual(layer.bytes);
      }),
    );
    it.each([
      ['other bytes', (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 1))],
      ['fewer bytes', (bytes: Buffer) => bytes.subarray(1)],
      ['more bytes', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
    ])('refuses %s than the descriptor says, of blobs and manifests, and keeps nothing', async (_what, change) => {
      const { target, end } = await make();
      try {
        await pushAll(target, [EMPTY, layer]);
        const other = blob('something else');
        for (const { descriptor, bytes } of [other, model]) {
          await expect(target.push(descriptor, wholeOf(change(bytes)), {})).rejects.toEqual(code('E_INTEGRITY'));
          expect(await target.exists(descriptor, {})).toBe(false);
        }
      } finally {
        await end?.();
      }
    });
    it(
      'does not give what has another size than the descriptor says',
      using(async (target) => {
        await pushAll(target, [layer]);
        for (const size of [layer.bytes.length - 1, layer.bytes.length + 1])
          await expect(bytesOf(target.fetch({ ...layer.descriptor, size }, {}))).rejects.toThrow();
      }),
    );
    it(
      'says what it does not have',
      using(async (target) => {
        await expect(bytesOf(target.fetch(layer.descriptor, {}))).rejects.toEqual(code('E_NOT_FOUND'));
        await expect(target.resolve(model.descriptor.digest, {})).rejects.toEqual(code('E_NOT_FOUND'));
        await pushAll(target, [EMPTY, layer, model]);
        await target.tag(model.descriptor, 'v1', {});
        await expect(target.resolve('v2', {})).rejects.toEqual(code('E_NOT_FOUND'));
      }),
    );
    it(
      'finds manifests by digest and by tag, and moves tags',
      using(async (target) => {
        const other = manifest([layer, EMPTY]);
        await pushAll(target, [EMPTY, layer, model, other]);
        for (const { descriptor } of [model, other, other]) {
          await target.tag(descriptor, 'v1', {});
          expect(await target.resolve('v1', {})).toMatchObject({ digest: descriptor.digest, mediaType: descriptor.mediaType, size: descriptor.size });
        }
        await target.tag(other.descriptor, 'v2', {});
        for (const { descriptor, bytes } of [model, other]) {
          expect(await target.resolve(descriptor.digest, {})).toMatchObject({ digest: descriptor.digest, size: bytes.length });
          expect(await bytesOf(target.fetch(descriptor, {}))).toEqual(bytes);
        }
        expect((await target.resolve('v2', {})).digest).toBe(other.descriptor.digest);
      }),
    );
    it(
      'takes indexes, empty blobs and no tag that is none',
      using(async (target) => {
        const nothing = blob('');
        const held = manifest([nothing]);
        const all = index([held, model]);
        await pushAll(target, [EMPTY, layer, nothing, model, held, all]);
        await target.tag(all.descriptor, 'all', {});
        expect((await target.resolve('all', {})).mediaType).toBe(all.descriptor.mediaType);
        expect((await target.resolve(held.descriptor.digest, {})).digest).toBe(held.descriptor.digest);
        expect(await bytesOf(target.fetch(nothing.descriptor, {}))).toHaveLength(0);
        for (const tag of ['', '../x', 'a b', layer.descriptor.digest])
          await expect(target.tag(model.descriptor, tag, {})).rejects.toEqual(code('E_BAD_REFERENCE'));
      }),
    );
    it(
      'lists what refers to a manifest, by type, and nothing that does not',
      using(async (target) => {
        const signature = manifest([blob('signed')], { subject: model, artifactType: 'application/x.signature' });
        const bill = manifest([blob('bill')], { subject: model, artifactType: 'application/x.bill' });
        const stranger = manifest([blob('stranger')], { subject: signature });
        await pushAll(target, [EMPTY, layer, model, blob('signed'), blob('bill'), blob('stranger'), signature, bill, stranger, signature]);
        const digests = async (artifactType?: string) =>
          (await Array.fromAsync(target.referrers(model.descriptor, artifactType === undefined ? {} : { artifactType }))).map(({ digest }) => digest);
        expect([...(await digests())].sort()).toEqual([signature.descriptor.digest, bill.descriptor.digest].sort());
        expect(await digests('application/x.bill')).toEqual([bill.descriptor.digest]);
        expect(await digests('application/x.none')).toEqual([]);
        expect(await Array.fromAsync(target.referrers(stranger.descriptor, {}))).toEqual([]);
      }),
    );
    it(
      'ends when it is told to, and keeps nothing of what it had',
      using(async (target) => {
        const abort = new AbortController();
        const large = item('application/octet-stream', Buffer.alloc(1_000_000, 'x'));
        const ending: Content = {
          async *open() {
            yield large.bytes.subarray(0, 500_000);
            abort.abort(new Error('enough'));
            yield large.bytes.subarray(500_000);
          },
        };
        await expect(target.push(large.descriptor, ending, { signal: abort.signal })).rejects.toThrow();
        expect(await target.exists(large.descriptor, {})).toBe(false);
        await expect(bytesOf(target.fetch(large.descriptor, {}))).rejects.toEqual(code('E_NOT_FOUND'));
      }),
    );
    it(
      'takes what is pushed from several sides at once',
      using(async (target) => {
        const items = Array.from({ length: 8 }, (_, at) => manifest([layer], { artifactType: `application/x.${at}` }));
        await pushAll(target, [EMPTY, layer]);
        await Promise.all(
          items.map(async ({ descriptor, bytes }, at) => {
            await target.push(descriptor, contentOf(bytes), {});
            await target.tag(descriptor, `v${at}`, {});
          }),
        );
        for (const [at, { descriptor }] of items.entries()) expect((await target.resolve(`v${at}`, {})).digest).toBe(descriptor.digest);
      }),
    );
  });
}
