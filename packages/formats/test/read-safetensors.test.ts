import { describe, expect, it } from 'vitest';
import { bytesSource, readSafetensors, readSafetensorsIndex, type SafetensorsHeader } from '../src/index.ts';
import { buildSafetensors, float32 } from './build-safetensors.ts';

const read = (bytes: Buffer): Promise<SafetensorsHeader> => readSafetensors(bytesSource(bytes));

describe('a safetensors file', () => {
  it('has tensors and metadata', async () => {
    const bytes = buildSafetensors({ __metadata__: { format: 'pt', 'na\u00efve "key"': '\n' }, b: float32([2, 3], 4), a: float32([], 0) }, { data: 28 });
    const header = await read(bytes);
    expect(header.tensors).toEqual([
      { name: 'b', dtype: 'F32', shape: [2, 3], elements: 6, begin: 4, end: 28 },
      { name: 'a', dtype: 'F32', shape: [], elements: 1, begin: 0, end: 4 },
    ]);
    expect([...header.metadata]).toEqual([
      ['format', 'pt'],
      ['na\u00efve "key"', '\n'],
    ]);
    expect(header.dataStart).toBe(bytes.length - 28);
  });

  it.each([
    ['no tensors', {}, 0],
    ['an empty tensor', { a: { dtype: 'F32', shape: [0, 9], data_offsets: [0, 0] } }, 0],
    ['numbers of four bits', { a: { dtype: 'F4', shape: [6], data_offsets: [0, 3] } }, 3],
    ['fields that are new', { a: { ...float32([1], 0), new: [{ x: [1.5e3, null, true, 'y'] }] } }, 4],
    ['a long text that is not kept', { __metadata__: { tags: 'x'.repeat(100_000) } }, 0],
  ])('may have %s', async (_what, header, data) => {
    expect((await read(buildSafetensors(header, { data }))).metadata.size).toBe(0);
  });

  it('may have spaces after its header, as writers pad it', async () => {
    expect((await read(buildSafetensors(`${JSON.stringify({ a: float32([1], 0) })}     `, { data: 4 }))).tensors).toHaveLength(1);
  });

  it('is refused at every length shorter than it is, and when it is longer', async () => {
    const whole = buildSafetensors({ a: float32([2], 0), b: float32([2], 8) }, { data: 16 });
    for (let length = 0; length < whole.length; length++) {
      await expect(read(whole.subarray(0, length))).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    }
    await expect(read(Buffer.concat([whole, Buffer.alloc(1)]))).rejects.toThrow('the tensors end at 16 of the data, and the file has 17 bytes of it');
  });
});

const A = '"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';

describe('a hostile safetensors file is refused, with what is wrong and where:', () => {
  it.each<[string, Buffer, RegExp]>([
    ['a header of 2^63 bytes', buildSafetensors('{}', { length: 2n ** 63n }), /header’s length is 9223372036854775808, more than 100000000 \(at byte 0\)/],
    ['a header longer than the file', buildSafetensors('{}', { length: 99n }), /header’s length is 99, and the file has 2 bytes after it/],
    ['no object', buildSafetensors('[]'), /no JSON object \(at byte 8\)/],
    ['something after the object', buildSafetensors('{} {}'), /something follows/],
    ['bytes that are not UTF-8', buildSafetensors(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), /not UTF-8/],
    ['a tensor twice', buildSafetensors(`{${A},${A}}`, { data: 4 }), /key “a” comes twice \(at byte 62\)/],
    ['a tensor twice, once with escapes', buildSafetensors(`{${A},${A.replace('"a"', '"\\u0061"')}}`, { data: 4 }), /key “a” comes twice/],
    ['a field twice', buildSafetensors(`{${A.replace('"dtype"', '"shape":[9],"dtype"')}}`, { data: 4 }), /key “shape” comes twice/],
    ['metadata twice', buildSafetensors('{"__metadata__":{},"__metadata__":{}}'), /__metadata__” comes twice/],
    ['metadata that is no text', buildSafetensors({ __metadata__: { a: 1 } }), /missing/],
    ['an unknown dtype', buildSafetensors({ a: { dtype: 'toString', shape: [1], data_offsets: [0, 4] } }, { data: 4 }), /unknown dtype “toString”/],
    ['no dtype', buildSafetensors({ a: { shape: [1], data_offsets: [0, 4] } }, { data: 4 }), /a lacks dtype/],
    ['one offset', buildSafetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, { data: 4 }), /lacks dtype, shape or data_offsets/],
    ['a negative dimension', buildSafetensors({ a: { dtype: 'F32', shape: [-1], data_offsets: [0, 4] } }, { data: 4 }), /dimension of a is not a whole number/],
    ['a fraction', buildSafetensors({ a: { dtype: 'F32', shape: [1.5], data_offsets: [0, 4] } }, { data: 4 }), /JSON is broken/],
    ['a dimension of 2^64', buildSafetensors({ a: { dtype: 'F32', shape: [2 ** 64], data_offsets: [0, 4] } }, { data: 4 }), /dimension of a is too large/],
    ['a shape that overflows', buildSafetensors({ a: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 4] } }, { data: 4 }), /has the bytes 0 to 4/],
    ['nine dimensions', buildSafetensors({ a: { dtype: 'F32', shape: Array(9).fill(1), data_offsets: [0, 4] } }, { data: 4 }), /more than the 8 allowed/],
    ['offsets the wrong way round', buildSafetensors({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, { data: 4 }), /has the bytes 4 to 0/],
    ['a tensor beyond the file', buildSafetensors({ a: float32([2], 0) }, { data: 4 }), /a ends at 8 of the data, and the file has 4 bytes/],
    ['a hole', buildSafetensors({ a: float32([1], 0), b: float32([1], 8) }, { data: 12 }), /b starts at 8 of the data, where 4 is next/],
    ['a hole at the start', buildSafetensors({ a: float32([1], 4) }, { data: 8 }), /a starts at 4 of the data, where 0 is next/],
    ['an overlap', buildSafetensors({ a: float32([2], 0), b: float32([2], 4) }, { data: 12 }), /b starts at 4 of the data, where 8 is next/],
    ['half a byte', buildSafetensors({ a: { dtype: 'F4', shape: [3], data_offsets: [0, 2] } }, { data: 2 }), /has the bytes 0 to 2/],
    ['deep nesting', buildSafetensors(`{"a":{"x":${'['.repeat(1000)}`), /nested too deeply/],
    ['a string without end', buildSafetensors('{"a'), /a string does not end \(at byte 9\)/],
    ['a backslash at the end', buildSafetensors('{"a\\'), /a string does not end/],
    ['an escape that does not exist', buildSafetensors('{"\\x":1}'), /an escape that does not exist/],
    ['a long name', buildSafetensors({ ['n'.repeat(600)]: float32([1], 0) }, { data: 4 }), /a key is longer than 512 bytes/],
  ])('%s', async (_what, bytes, says) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', message: expect.stringMatching(says) });
  });
});

describe('an index', () => {
  const index = (text: string): Promise<ReadonlyMap<string, readonly string[]>> => readSafetensorsIndex(bytesSource(Buffer.from(text)));

  it('says which tensors each shard must hold', async () => {
    const map = await index('{"metadata":{"total_size":1.5e9},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors","c":"m-1.safetensors"}}');
    expect([...map]).toEqual([
      ['m-1.safetensors', ['a', 'c']],
      ['m-2.safetensors', ['b']],
    ]);
  });

  it.each([
    ['{"weight_map":{"a":"../m.safetensors"}}', /not the name of a safetensors file beside it/],
    ['{"weight_map":{"a":"/etc/m.safetensors"}}', /beside it/],
    ['{"weight_map":{"a":"x\\\\m.safetensors"}}', /beside it/],
    ['{"weight_map":{"a":"C:m.safetensors"}}', /beside it/],
    ['{"weight_map":{"a":"m.bin"}}', /beside it/],
    ['{"weight_map":{"a":1}}', /missing/],
    ['{"weight_map":{"a":"m.safetensors","a":"n.safetensors"}}', /key “a” comes twice/],
    ['{"weight_map":{}}', /no weight_map/],
    ['{}', /no weight_map/],
    ['', /missing/],
  ])('%s is refused', async (text, says) => {
    await expect(index(text)).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', message: expect.stringMatching(says) });
  });
});
