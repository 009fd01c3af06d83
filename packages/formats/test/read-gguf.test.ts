import { describe, expect, it } from 'vitest';
import { bytesSource, type GgufHeader, readGguf } from '../src/index.ts';
import { buildGguf, type GgufPlan, strings, text, uint32, type Written } from './build-gguf.ts';

const read = (plan: GgufPlan): Promise<GgufHeader> => readGguf(bytesSource(buildGguf(plan)));

const SCALARS: readonly (readonly [string, Written])[] = [
  ['u8', { type: 'uint8', value: 255 }],
  ['i8', { type: 'int8', value: -1 }],
  ['u16', { type: 'uint16', value: 65535 }],
  ['i16', { type: 'int16', value: -2 }],
  ['u32', { type: 'uint32', value: 4_294_967_295 }],
  ['i32', { type: 'int32', value: -3 }],
  ['f32', { type: 'float32', value: 0.5 }],
  ['bool', { type: 'bool', value: true }],
  ['text', { type: 'string', value: 'größe' }],
  ['u64', { type: 'uint64', value: 2n ** 64n - 1n }],
  ['i64', { type: 'int64', value: -4 }],
  ['f64', { type: 'float64', value: 1e-300 }],
];

describe('a GGUF', () => {
  it.each([
    [2, false],
    [3, false],
    [2, true],
    [3, true],
  ] as const)('of version %d, big-endian: %s, has typed metadata and tensors', async (version, big) => {
    const tensors = [
      { name: 'a', dimensions: [32, 2], type: 8, offset: 0 },
      { name: 'b', dimensions: [8], offset: 96 },
    ];
    const header = await read({ version, big, metadata: SCALARS, tensors, data: 128 });
    expect(header).toMatchObject({ version, byteOrder: big ? 'big' : 'little', alignment: 32 });
    expect([...header.metadata]).toEqual(SCALARS.map(([key, { type, ...written }]) => [key, { type, value: 'value' in written && written.value }]));
    expect(header.tensors).toEqual([
      { name: 'a', dimensions: [32, 2], elements: 64, type: 'Q8_0', offset: 0, size: 68 },
      { name: 'b', dimensions: [8], elements: 8, type: 'F32', offset: 96, size: 32 },
    ]);
    expect(header.dataStart % 32).toBe(0);
  });

  it('keeps of arrays their type and length, and elements where they are asked for', async () => {
    const nested: Written = { type: 'array', of: 'array', values: [strings(['a']), { type: 'array', of: 'bool', values: [{ type: 'bool', value: false }] }] };
    const bytes = buildGguf({
      metadata: [
        ['tokens', strings(['x', 'y'])],
        ['nested', nested],
        ['after', uint32(7)],
      ],
    });
    const { metadata } = await readGguf(bytesSource(bytes), { arrays: ['nested'] });
    expect(metadata.get('tokens')?.value).toEqual({ elementType: 'string', length: 2 });
    expect(metadata.get('nested')?.value).toEqual({
      elementType: 'array',
      length: 2,
      elements: [
        { elementType: 'string', length: 1, elements: ['a'] },
        { elementType: 'bool', length: 1, elements: [false] },
      ],
    });
    expect(metadata.get('after')?.value).toBe(7);
  });

  it('of a tensor type newer than this reader is read, without the tensor’s size', async () => {
    const { tensors } = await read({ tensors: [{ name: 'a', dimensions: [7], type: 99, offset: 0 }], data: 1 });
    expect(tensors).toEqual([{ name: 'a', dimensions: [7], elements: 7, type: 'type 99', offset: 0 }]);
  });

  it('is read a window at a time, never its data', async () => {
    const bytes = buildGguf({
      metadata: [['tokens', strings(Array.from({ length: 50_000 }, (_, index) => `token ${index}`))]],
      tensors: [{ name: 'a', dimensions: [1_000_000], offset: 0 }],
      data: 4_000_000,
    });
    const asked: number[] = [];
    const source = bytesSource(bytes);
    const read = (offset: number, length: number): Uint8Array | Promise<Uint8Array> => {
      asked.push(length);
      return source.read(offset, length);
    };
    await readGguf({ size: source.size, read });
    expect(Math.max(...asked)).toBe(256 * 1024);
    expect(asked.reduce((sum, length) => sum + length)).toBeLessThan(bytes.length - 4_000_000 + 512 * 1024);
  });

  it('is refused at every length shorter than it is', async () => {
    const whole = buildGguf({ metadata: SCALARS, tensors: [{ name: 'a', dimensions: [8], offset: 0 }], data: 32 });
    for (let length = 0; length < whole.length; length++) {
      await expect(readGguf(bytesSource(whole.subarray(0, length)))).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    }
  });

  it('that has shrunk since it was opened is refused', async () => {
    const whole = buildGguf({ metadata: SCALARS });
    const source = { size: whole.length, read: (offset: number, length: number) => whole.subarray(offset, Math.min(offset + length, 40)) };
    await expect(readGguf(source)).rejects.toThrow('ends inside');
  });
});

const HUGE = 2n ** 63n;
const F32 = { name: 'a', offset: 0 } as const;

describe('a hostile GGUF is refused, with what is wrong and where:', () => {
  it.each<[string, GgufPlan, RegExp]>([
    ['version 1', { version: 1 }, /version 1 is not read/],
    ['version 4', { version: 4 }, /version 4 is not read/],
    ['a huge number of pairs', { pairCount: HUGE }, /number of key-value pairs is 9223372036854775808/],
    ['a huge number of tensors', { tensorCount: 2n ** 64n - 1n }, /number of tensors is 18446744073709551615/],
    ['more pairs than the file has bytes for', { pairCount: 2, metadata: [['a', uint32(1)]] }, /key-value pairs is 2, more than 1 \(at byte 16\)/],
    ['a huge array of bytes', { metadata: [['a', { type: 'array', of: 'uint8', values: [], length: HUGE }]] }, /array’s length is 9223372036854775808/],
    [
      'a huge array of strings',
      { metadata: [['a', { type: 'array', of: 'string', values: [], length: 2n ** 32n }]] },
      /array’s length is 4294967296, more than 0/,
    ],
    ['43 bytes with a huge array of arrays', { metadata: [['abc', { type: 'array', of: 'array', values: [], length: 2n ** 60n }]] }, /array’s length/],
    ['arrays in arrays in arrays', { metadata: [['a', nestedArrays(5)]] }, /nested more than 4 deep/],
    [
      'a value type that is none',
      {
        metadata: [
          [
            'a',
            {
              type: 'array',
              of: 'array',
              values: [
                { type: 'uint32', value: 77 },
                { type: 'uint64', value: 0 },
              ],
              length: 1,
            },
          ],
        ],
      },
      /value type 77/,
    ],
    [
      'a key twice',
      {
        metadata: [
          ['a', uint32(1)],
          ['a', uint32(2)],
        ],
      },
      /key “a” comes twice/,
    ],
    ['a boolean of 2', { metadata: [['a', { type: 'bool', value: 2 }]] }, /a boolean is 2/],
    ['alignment 0', { metadata: [['general.alignment', uint32(0)]] }, /general\.alignment is 0/],
    ['alignment 2^31', { metadata: [['general.alignment', uint32(2 ** 31)]] }, /general\.alignment is 2147483648/],
    ['alignment 33', { metadata: [['general.alignment', uint32(33)]] }, /general\.alignment is 33/],
    ['alignment as text', { metadata: [['general.alignment', text('32')]] }, /general\.alignment is 32/],
    ['an offset beyond the file', { tensors: [{ ...F32, dimensions: [8], offset: 1 << 20 }], data: 32 }, /ends at byte/],
    ['an offset of 2^63', { tensors: [{ ...F32, dimensions: [8], offset: HUGE }], data: 32 }, /offset of a is 9223372036854775808/],
    ['an offset that overflows', { tensors: [{ ...F32, dimensions: [8], offset: 2n ** 64n - 32n }], data: 32 }, /offset of a/],
    ['an offset between two places', { tensors: [{ ...F32, dimensions: [8], offset: 8 }], data: 64 }, /no multiple of 32/],
    ['a tensor larger than the file', { tensors: [{ ...F32, dimensions: [9] }], data: 32 }, /a ends at byte \d+, and the file has/],
    ['dimensions that overflow', { tensors: [{ ...F32, dimensions: [2n ** 32n, 2n ** 32n] }], data: 32 }, /more elements than can be/],
    ['a dimension of 2^63', { tensors: [{ ...F32, dimensions: [HUGE] }], data: 32 }, /dimension of a is/],
    ['nine dimensions', { tensors: [{ ...F32, dimensions: Array(9).fill(1) }], data: 32 }, /a has 9 dimensions/],
    ['a row that is half a block', { tensors: [{ ...F32, dimensions: [48], type: 8 }], data: 64 }, /no multiple of 32/],
    [
      'two tensors of one name',
      {
        tensors: [
          { ...F32, dimensions: [8] },
          { ...F32, dimensions: [8], offset: 32 },
        ],
        data: 64,
      },
      /tensor a comes twice/,
    ],
    [
      'two tensors in one place',
      {
        tensors: [
          { ...F32, dimensions: [8] },
          { ...F32, name: 'b', dimensions: [8] },
        ],
        data: 64,
      },
      /b starts at 0 of the data, inside another/,
    ],
    ['a long tensor name', { tensors: [{ ...F32, name: 'n'.repeat(600), dimensions: [8] }], data: 32 }, /length of a tensor’s name is 600/],
  ])('%s', async (_what, plan, says) => {
    await expect(read(plan)).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', message: expect.stringMatching(says) });
  });

  it('other bytes', async () => {
    await expect(readGguf(bytesSource(Buffer.from('GGML and much more of it')))).rejects.toMatchObject({
      message: 'No valid GGUF: it lacks the GGUF magic (at byte 0).',
    });
  });

  it('a string longer than the file', async () => {
    const bytes = buildGguf({ metadata: [['a', text('x')]] });
    bytes.writeUInt32LE(1000, bytes.length - 9);
    await expect(readGguf(bytesSource(bytes))).rejects.toThrow('the file ends inside a string of 1000 bytes (at byte 45)');
  });

  it('names that would steer a terminal, without doing so', async () => {
    await expect(
      read({
        metadata: [
          ['\u001b[2J', uint32(1)],
          ['\u001b[2J', uint32(1)],
        ],
      }),
    ).rejects.toThrow('the key “?[2J” comes twice');
  });
});

function nestedArrays(depth: number): Written {
  return { type: 'array', of: depth === 1 ? 'uint8' : 'array', values: depth === 1 ? [] : [nestedArrays(depth - 1)] };
}
