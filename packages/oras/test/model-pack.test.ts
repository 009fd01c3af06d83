import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contentOf, type ModelFile, packModelPack } from '../src/index.ts';
import { fileKind } from '../src/modelpack/file-kind.ts';
import { paramSize, storage } from '../src/modelpack/weights.ts';

const text = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function file(path: string, content = path): ModelFile {
  return { path, size: Buffer.byteLength(content), sha256: sha256(content), ...contentOf(Buffer.from(content)) };
}

const files = [file('model.gguf'), file('README.md'), file('sub/config.json')];

describe('a model packed as ModelPack', () => {
  it('has a layer per file under both names, and says that types are guessed', () => {
    const { manifest, layers } = packModelPack(files);
    expect(layers.map(({ path }) => path)).toEqual(['README.md', 'model.gguf', 'sub/config.json']);
    expect(text(manifest.bytes).layers[2]).toEqual({
      mediaType: 'application/vnd.cncf.model.weight.config.v1.raw',
      digest: `sha256:${sha256('sub/config.json')}`,
      size: 15,
      annotations: {
        'org.cncf.model.filepath': 'sub/config.json',
        'org.opencontainers.image.title': 'sub/config.json',
        'org.cncf.model.file.mediatype.untested': 'true',
      },
    });
  });

  it('is an artifact of model-spec 0.0.7', () => {
    const { manifest, config, layers } = packModelPack(files);
    expect(text(manifest.bytes)).toMatchObject({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json', digest: `sha256:${sha256(config.bytes)}`, size: config.bytes.length },
    });
    expect(manifest.descriptor).toMatchObject({ digest: `sha256:${sha256(manifest.bytes)}`, size: manifest.bytes.length });
    expect(text(config.bytes)).toEqual({
      descriptor: {},
      config: {},
      modelfs: { type: 'layers', diffIds: layers.map(({ descriptor }) => descriptor.digest) },
    });
  });

  it('has one digest, whoever packs it and when, in whatever order', () => {
    const digest = 'sha256:6d4c640bfb0c004df0c962f72e981a68a2c46bf6b387f97f1ce351f8a9cfed10';
    expect(packModelPack(files).manifest.descriptor.digest).toBe(digest);
    expect(packModelPack([...files].reverse()).manifest.descriptor.digest).toBe(digest);
    expect(packModelPack([...files.slice(1), file('model.gguf', 'other')]).manifest.descriptor.digest).not.toBe(digest);
  });

  it('says what is known of the model', () => {
    const { manifest, config } = packModelPack(files, {
      name: 'granite',
      version: '3.1',
      licence: 'Apache-2.0',
      format: 'gguf',
      architecture: 'llama',
      parameters: 8_170_848_256,
      quantisation: 'Q4_K_M',
      source: 'https://huggingface.co/org/granite',
      revision: 'abc',
      created: '2026-11-27T00:00:00Z',
    });
    expect(text(config.bytes)).toMatchObject({
      descriptor: {
        createdAt: '2026-11-27T00:00:00Z',
        name: 'granite',
        version: '3.1',
        sourceURL: 'https://huggingface.co/org/granite',
        revision: 'abc',
        licenses: ['Apache-2.0'],
      },
      config: { architecture: 'llama', format: 'gguf', paramSize: '8.2B', quantization: 'Q4_K_M' },
    });
    expect(text(manifest.bytes).annotations).toEqual({
      'org.opencontainers.image.created': '2026-11-27T00:00:00Z',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.source': 'https://huggingface.co/org/granite',
      'org.opencontainers.image.title': 'granite',
      'org.opencontainers.image.version': '3.1',
    });
  });

  it('reads a layer’s bytes from the file, in ranges too', async () => {
    const [readme] = packModelPack(files).layers;
    const pieces: Uint8Array[] = [];
    for await (const piece of readme?.open({ start: 2, end: 6 }) ?? []) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('ADME');
  });

  it('of nothing, or of more than a manifest holds, is refused', () => {
    expect(() => packModelPack([])).toThrow(expect.objectContaining({ code: 'E_NOT_A_MODEL' }));
    const many = Array.from({ length: 16_000 }, (_, index) => ({ ...file('x'), path: `tensor-${index}.bin` }));
    expect(() => packModelPack(many)).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });
});

describe('the kind of a file', () => {
  it.each([
    ['a/model-00001-of-00002.safetensors', 'weight'],
    ['model.gguf', 'weight'],
    ['pytorch_model.bin', 'weight'],
    ['tokenizer.model', 'weight.config'],
    ['model.safetensors.index.json', 'weight.config'],
    ['merges.txt', 'weight.config'],
    ['chat_template.jinja', 'weight.config'],
    ['README.md', 'doc'],
    ['LICENSE', 'doc'],
    ['notes.txt', 'doc'],
    ['.gitattributes', 'doc'],
    ['requirements.txt', 'code'],
    ['modeling_x.py', 'code'],
    ['train.parquet', 'dataset'],
    ['train.jsonl', 'dataset'],
  ])('%s is %s', (path, kind) => {
    expect(fileKind({ path, size: 10 })).toBe(kind);
  });

  it('whose name says nothing is told by its size', () => {
    expect(fileKind({ path: 'blob', size: 10 })).toBe('doc');
    expect(fileKind({ path: 'blob', size: 1e9 })).toBe('weight');
  });
});

describe('what ModelPack says of weights', () => {
  it.each([
    [undefined, undefined],
    [Number.NaN, undefined],
    [99, undefined],
    [500, '0.5K'],
    [135_000_000, '135M'],
    [999_960_000, '1B'],
    [6_738_415_616, '6.7B'],
    [671e9, '671B'],
    [1.5e12, '1.5T'],
  ])('%d weights are %s', (parameters, expected) => {
    expect(paramSize(parameters)).toBe(expected);
  });

  it.each([
    [undefined, {}],
    ['BF16', { precision: 'bfloat16' }],
    ['F8_E4M3', { precision: 'float8_e4m3' }],
    ['Q4_K_M', { quantization: 'Q4_K_M' }],
    ['gptq', { quantization: 'gptq' }],
  ])('%s is %j', (quantisation, expected) => {
    expect(storage(quantisation)).toEqual(expected);
  });
});
