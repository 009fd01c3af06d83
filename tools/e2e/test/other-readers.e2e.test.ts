import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesSource, type GgufArray, readGguf, readSafetensors } from '@ilab/formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPython, lackingModules, mustRun, root } from '../src/index.ts';

/** Readers are right when those that the formats' makers wrote say the same of the same files. */
const DEMO = join(root, 'tools', 'demo', 'models', 'ilab');
const GGUFS = ['demo/v1/ilab-demo-q8_0.gguf', 'demo/v2/ilab-demo-q8_0.gguf', 'demo-adapter/v1/ilab-demo-lora-f32.gguf'];
const SAFETENSORS = ['demo/v1/safetensors/model.safetensors', 'demo-adapter/v1/adapter_model.safetensors'];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ilab-readers-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function python(script: string, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await mustRun(findPython() ?? '', ['-c', script, ...args], { env: process.env }));
}

const noGguf = lackingModules('gguf');
describe.skipIf(noGguf !== undefined)(`gguf of Python${noGguf === undefined ? '' : ` (${noGguf})`}`, () => {
  const READ = `
import json, sys
from gguf import GGUFReader
reader = GGUFReader(sys.argv[1])
fields = {key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")}
tensors = [[t.name, [int(d) for d in t.shape], t.tensor_type.name, int(t.n_elements), int(t.n_bytes), int(t.data_offset)] for t in reader.tensors]
print(json.dumps({"fields": fields, "tensors": tensors, "alignment": int(reader.alignment)}))`;

  async function ours(path: string): Promise<unknown> {
    const source = bytesSource(readFileSync(path));
    const { metadata } = await readGguf(source);
    const { tensors, alignment, dataStart, ...header } = await readGguf(source, { arrays: [...metadata.keys()] });
    const fields = Object.fromEntries([...header.metadata].map(([key, { value }]) => [key, typeof value === 'object' ? (value as GgufArray).elements : value]));
    return { fields, tensors: tensors.map((t) => [t.name, t.dimensions, t.type, t.elements, t.size, dataStart + t.offset]), alignment };
  }

  it.each(GGUFS)('says the same of metadata and tensors of %s', async (path) => {
    expect(await ours(join(DEMO, path))).toEqual(await python(READ, join(DEMO, path)));
  });

  it('writes files that are read: every type, version 3, both byte orders, quantised tensors', async () => {
    const WRITE = `
import sys, numpy as np
from gguf import GGUFWriter, GGUFEndian, GGMLQuantizationType as T
for name, endian in (("little", GGUFEndian.LITTLE), ("big", GGUFEndian.BIG)):
    w = GGUFWriter(sys.argv[1] + "/" + name + ".gguf", "llama", endianess=endian)
    w.add_uint8("u8", 250); w.add_int8("i8", -5); w.add_uint16("u16", 65000); w.add_int16("i16", -300); w.add_uint32("u32", 4000000000); w.add_int32("i32", -70000)
    w.add_float32("f32", 0.25); w.add_uint64("u64", 2**53 - 1); w.add_int64("i64", -2**40); w.add_float64("f64", 1e-9); w.add_bool("b", True); w.add_string("s", "größe 模型")
    w.add_array("tokens", ["a", "", "é"]); w.add_array("numbers", [1, -2, 3]); w.add_custom_alignment(64)
    w.add_tensor("half", np.ones((3, 5), dtype=np.float16))
    w.add_tensor("eight", np.zeros((4, 68), dtype=np.uint8), raw_dtype=T.Q8_0)
    w.add_tensor("k", np.zeros((2, 144), dtype=np.uint8), raw_dtype=T.Q4_K)
    w.write_header_to_file(); w.write_kv_data_to_file(); w.write_tensors_to_file(); w.close()
print("{}")`;
    await python(WRITE, directory);
    const little = await ours(join(directory, 'little.gguf'));
    expect(little).toEqual(await python(READ, join(directory, 'little.gguf')));
    expect(await ours(join(directory, 'big.gguf'))).toEqual(little);
  });
});

const noSafetensors = lackingModules('safetensors', 'numpy');
describe.skipIf(noSafetensors !== undefined)(`safetensors of Python${noSafetensors === undefined ? '' : ` (${noSafetensors})`}`, () => {
  const READ = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework="np") as f:
    tensors = {name: [f.get_slice(name).get_dtype(), f.get_slice(name).get_shape()] for name in f.keys()}
    print(json.dumps({"tensors": tensors, "metadata": f.metadata()}))`;

  it.each(SAFETENSORS)('says the same of metadata and tensors of %s', async (path) => {
    const { tensors, metadata } = await readSafetensors(bytesSource(readFileSync(join(DEMO, path))));
    const found = Object.fromEntries(tensors.map(({ name, dtype, shape }) => [name, [dtype, shape]]));
    expect({ tensors: found, metadata: metadata.size > 0 ? Object.fromEntries(metadata) : null }).toEqual(await python(READ, join(DEMO, path)));
  });

  it('refuses the same hostile files', async () => {
    const entry = (begin: number, end: number): object => ({ dtype: 'F32', shape: [1], data_offsets: [begin, end] });
    const headers: readonly (readonly [string, number])[] = [
      [JSON.stringify({ a: entry(0, 4), b: entry(8, 12) }), 12],
      [JSON.stringify({ a: entry(0, 4), b: entry(0, 4) }), 4],
      [JSON.stringify({ a: entry(0, 8) }), 8],
      [JSON.stringify({ a: entry(0, 4) }), 5],
      [JSON.stringify({ a: entry(0, 4) }), 3],
      [JSON.stringify({ a: { ...entry(0, 4), dtype: 'F99' } }), 4],
      [`[]`, 0],
      [`{"a":`, 0],
    ];
    const refused = async (path: string): Promise<boolean> =>
      (await python(
        `
import json, sys
from safetensors import safe_open
try:
    safe_open(sys.argv[1], framework="np"); print("false")
except Exception:
    print("true")`,
        path,
      )) as boolean;
    for (const [index, [header, data]] of headers.entries()) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      const bytes = Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)]);
      const path = join(directory, `${index}.safetensors`);
      await writeFile(path, bytes);
      expect([header, await refused(path)]).toEqual([header, true]);
      await expect(readSafetensors(bytesSource(bytes))).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    }
  });
});
