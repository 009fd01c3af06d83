import { describe, expect, it } from 'vitest';
import { type ByteSource, bytesSource, LIMITS, readGguf, readSafetensors, readSafetensorsIndex } from '../src/index.ts';
import { buildGguf, strings, text, type Written } from './build-gguf.ts';
import { buildSafetensors } from './build-safetensors.ts';

const FULL = process.env['ILAB_TEST_FULL'] === '1';
const array = (of: 'array' | 'string' | 'uint8', { length, room }: { readonly length: number; readonly room: number }): Buffer =>
  Buffer.concat([buildGguf({ metadata: [['a', { type: 'array', of, values: [], length }]] }), Buffer.alloc(room)]);
const members = (count: number, member: (index: number) => string): string => Array.from({ length: count }, (_, index) => member(index)).join(',');
const tensors = (count: number, padding = ''): Buffer =>
  buildSafetensors(`{${members(count, (index) => `"${padding}${index}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`)}}`);

describe('what would take too long, or too much memory, is refused:', () => {
  it.each<[string, (source: ByteSource) => Promise<unknown>, () => Buffer, RegExp]>([
    ['arrays in arrays by the million', readGguf, () => array('array', { length: 1_000_000, room: 12_000_000 }), /more than 100000 elements/],
    [
      'more elements than anybody asks for',
      (source) => readGguf(source, { arrays: ['a'] }),
      () => array('uint8', { length: 2_000_000, room: 2_000_000 }),
      /more than 1048576 elements/,
    ],
    ['more strings than any vocabulary has', readGguf, () => array('string', { length: 6_000_000, room: 48_000_000 }), /more than 5000000 elements/],
    // Equal in length and long: tables of JavaScript tell such strings apart only by comparing them.
    ['long keys', readGguf, () => buildGguf({ metadata: [['k'.repeat(20_000), text('')]] }), /length of a key is 20000/],
    [
      'much text',
      readGguf,
      () => buildGguf({ metadata: Array.from({ length: 4 }, (_, index): readonly [string, Written] => [`${index}`, text('x'.repeat(9_000_000))]) }),
      /more than 33554432 bytes/,
    ],
    ['a long string', readGguf, () => buildGguf({ metadata: [['a', text('x'.repeat(11_000_000))]] }), /string’s length is 11000000/],
    ['values that mean nothing', readSafetensors, () => buildSafetensors(`{"a":{"x":[${'1,'.repeat(200_000)}1]}}`), /100000 of its values mean nothing/],
    ['more tensors than any file has', readSafetensors, () => tensors(100_001), /more than 100000 members/],
    [
      'an index of more shards than any model has',
      readSafetensorsIndex,
      () => Buffer.from(`{"weight_map":{${members(10_001, (index) => `"${index}":"m${index}.safetensors"`)}}}`),
      /more than 10000 shards/,
    ],
    ['a huge index', readSafetensorsIndex, () => Buffer.alloc(LIMITS.index + 1), /more than 67108864/],
  ])('%s', async (_what, read, make, says) => {
    await expect(read(bytesSource(make()))).rejects.toMatchObject({ code: 'E_NOT_A_MODEL', message: expect.stringMatching(says) });
  });

  it('strings with long gaps, of a file that is nearly empty', async () => {
    const start = buildGguf({ metadata: [['a', { type: 'array', of: 'string', values: [], length: 1_000_000 }]] });
    // Every string says that it has 9 MB, and the file is as large as they need.
    const length = Buffer.alloc(8);
    length.writeUInt32LE(9_000_000);
    let reads = 0;
    const source: ByteSource = {
      size: 2 ** 43,
      read(offset, size) {
        reads++;
        const bytes = Buffer.alloc(size);
        if (offset === 0) start.copy(bytes);
        length.copy(bytes, offset === 0 ? start.length : 0);
        return bytes;
      },
    };
    await expect(readGguf(source)).rejects.toThrow('its metadata has more than 134217728 bytes');
    expect(reads).toBeLessThan(20);
  });
});

describe.runIf(FULL)('what the limits allow takes less than a second of a processor (the full run):', () => {
  it.each<[string, (source: ByteSource) => Promise<unknown>, () => Buffer]>([
    ['100,000 tensors with long names', readSafetensors, () => tensors(100_000, 'n'.repeat(500))],
    ['100 MB of spaces', readSafetensors, () => buildSafetensors(`{${' '.repeat(99_999_990)}}`)],
    ['100 MB of escapes', readSafetensors, () => buildSafetensors(`{"__metadata__":{"a":"${'\\u0041'.repeat(16_000_000)}"}}`)],
    ['100 MB of metadata', readSafetensors, () => buildSafetensors(`{"__metadata__":{${members(1500, (index) => `"${index}":"${'é'.repeat(32_000)}"`)}}}`)],
    [
      'an index of 300,000 tensors',
      readSafetensorsIndex,
      () => Buffer.from(`{"weight_map":{${members(300_000, (index) => `"model.layers.${index}.experts.weight":"model-${index % 10_000}.safetensors"`)}}}`),
    ],
    ['5,000,000 strings', readGguf, () => array('string', { length: 5_000_000, room: 40_000_000 })],
    ['1,000,000 strings that were asked for', (source) => readGguf(source, { arrays: ['a'] }), () => array('string', { length: 1_000_000, room: 8_000_000 })],
    ['100,000 pairs', readGguf, () => buildGguf({ metadata: Array.from({ length: 100_000 }, (_, index) => [`key ${index}`, strings([])] as const) })],
    [
      '100,000 tensors',
      readGguf,
      () =>
        buildGguf({
          tensors: Array.from({ length: 100_000 }, (_, index) => ({ name: `tensor ${index}`, dimensions: [8], offset: index * 32 })),
          data: 3_200_000,
        }),
    ],
  ])('%s', { timeout: 120_000 }, async (_what, read, make) => {
    const source = bytesSource(make());
    const before = process.cpuUsage();
    await read(source);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
  });
});
