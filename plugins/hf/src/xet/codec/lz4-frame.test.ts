import { packChunk } from '@ilab/hub';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from './lz4-block.ts';
import { unpackFrame } from './lz4-frame.ts';

const CONTENT = Buffer.concat([
  Buffer.from('abcdefgh'.repeat(40)),
  Buffer.from(Array.from({ length: 256 }, (_, index) => index)),
  Buffer.alloc(300),
  Buffer.from('the end of it'),
]);

/** That content as the reference implementation packs it (lz4 4.x of Python). */
const PLAIN =
  'BCJNGGBAgh8BAACPYWJjZGVmZ2gIAP8m9FIAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9goQH/imlqa2xtbm9wcXJzdHV2d3h5ent8fX5/gIGCg4SFhoeIiYqLjI2Oj5CRkpOUlZaXmJmam5ydnp+goaKjpKWmp6ipqqusra6vsLGys7S1tre4ubq7vL2+v8DBwsPExcbHyMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v8AAAIA/xjQdGhlIGVuZCBvZiBpdAAAAAA=';
/** Linked blocks, with the content’s size and all checksums. */
const LINKED =
  'BCJNGHxAeQMAAAAAAADDHwEAAI9hYmNkZWZnaAgA/yb0UgABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj9AQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpbXF1eX2ChAf+KaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/wAAAgD/GNB0aGUgZW5kIG9mIGl0G/9nNwAAAAAlRgM1';

const frames = { plain: Buffer.from(PLAIN, 'base64'), linked: Buffer.from(LINKED, 'base64') };

function unpacked(frame: Uint8Array, size: number): Buffer {
  const target = Buffer.alloc(size);
  unpackFrame(frame, target);
  return target;
}

/** What an unpacker may do with bytes that somebody made up. */
function unpacksOrRefuses(frame: Uint8Array, size: number): void {
  try {
    unpacked(frame, size);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
}

describe('a frame of the reference implementation', () => {
  it.each(['plain', 'linked'] as const)('is unpacked (%s)', (name) => {
    expect(unpacked(frames[name], CONTENT.length).equals(CONTENT)).toBe(true);
  });

  it.each(['plain', 'linked'] as const)('is refused wherever it is cut off (%s)', (name) => {
    const frame = frames[name];
    for (let length = 0; length < frame.length; length++) expect(() => unpacked(frame.subarray(0, length), CONTENT.length)).toThrow(Malformed);
  });

  it.each([-1, 1, -CONTENT.length, 100_000])('is refused where its content has another size (%d)', (more) => {
    expect(() => unpacked(frames.plain, CONTENT.length + more)).toThrow(Malformed);
  });

  it('never makes more of it than was said, whichever byte is another', () => {
    for (let at = 0; at < frames.linked.length; at++) {
      const changed = Buffer.from(frames.linked);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      unpacksOrRefuses(changed, CONTENT.length);
    }
  });
});

describe('a made-up frame', () => {
  const header = Buffer.from('04224d18604082', 'hex');

  it('is unpacked or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 2000 }), (block, size) => {
        const length = Buffer.alloc(4);
        length.writeUInt32LE(block.length);
        unpacksOrRefuses(Buffer.concat([header, length, block, Buffer.alloc(4)]), size);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['a dictionary', '04224d18614082' + '00000000'],
    ['another version', '04224d18a04082' + '00000000'],
    ['another magic', '05224d18604082' + '00000000'],
    ['a block larger than there is', '04224d18604082' + 'ffffff7f' + '00000000'],
    ['bytes behind its end', '04224d18604082' + '00000000' + '00'],
  ])('with %s is refused', (_what, hex) => {
    expect(() => unpacked(Buffer.from(hex, 'hex'), 0)).toThrow(Malformed);
  });

  it('may hold blocks that are not packed', () => {
    expect(unpacked(Buffer.from('04224d18604082' + '03000080' + '616263' + '00000000', 'hex'), 3).toString()).toBe('abc');
  });
});

it('unpacks what was packed, whatever it was', () => {
  const runs = fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(runs, (parts) => {
      const content = Buffer.concat(parts.flatMap(([bytes, times]) => Array.from({ length: times }, () => Buffer.from(bytes))));
      const packed = packChunk(content);
      if (packed[4] !== 1) return;
      expect(unpacked(packed.subarray(8), content.length).equals(content)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
