import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Content, contentOf, type ModelFile, packModelCar } from '../src/index.ts';
import { tarHeader } from '../src/modelcar/tar-header.ts';

const text = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

function file(path: string, content = path): ModelFile {
  return { path, size: Buffer.byteLength(content), sha256: sha256(content), ...contentOf(Buffer.from(content)) };
}

async function read(content: Content, range?: { readonly start: number; readonly end: number }): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content.open(range)) pieces.push(piece);
  return Buffer.concat(pieces);
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ilab-modelcar-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const LONG = `${'folder/'.repeat(20)}größe.safetensors`;

describe('a model packed as a ModelCar image', () => {
  it('is an image whose layers are its file system', async () => {
    const { manifest, config, layers } = await packModelCar([file('b'), file('a/c')]);
    expect(text(manifest.bytes)).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: `sha256:${sha256(config.bytes)}` },
      layers: layers.map(({ descriptor: { digest, size } }) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size })),
    });
    const digests = layers.map(({ descriptor }) => descriptor.digest);
    expect(text(config.bytes)).toEqual({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: digests } });
    expect(layers.map(({ path }) => path)).toEqual(['a/c', 'b']);
    for (const layer of layers) {
      const bytes = await read(layer);
      expect([layer.descriptor.digest, layer.descriptor.size]).toEqual([`sha256:${sha256(bytes)}`, bytes.length]);
    }
  });

  it.each(['model.gguf', 'a/b/c.json', LONG, 'ä', 'x'.repeat(93), 'x'.repeat(94), `${'y'.repeat(150)}`])(
    'unpacks with tar to what was packed: %s',
    async (path) => {
      const [layer] = (await packModelCar([file(path, 'content')])).layers;
      writeFileSync(join(folder, 'layer.tar'), await read(layer ?? contentOf(new Uint8Array())));
      execFileSync('tar', ['-xf', 'layer.tar', '--no-same-owner'], { cwd: folder });
      expect(readFileSync(join(folder, 'models', path), 'utf8')).toBe('content');
      const listed = execFileSync('tar', ['--numeric-owner', '--utc', '--full-time', '--quoting-style=literal', '-tvf', 'layer.tar'], {
        cwd: folder,
        encoding: 'utf8',
      });
      const lines = listed.trim().split('\n');
      expect(lines[0]).toMatch(/^drwxr-xr-x 0\/0 +0 1970-01-01 00:00:00 models\/$/);
      expect(lines.at(-1)).toMatch(/^-rw-r--r-- 0\/0 +7 1970-01-01 00:00:00 models\//);
    },
  );

  it('has one digest on every machine', async () => {
    const { manifest } = await packModelCar([file('config.json'), file(LONG)]);
    expect(manifest.descriptor.digest).toBe('sha256:42d85ef9e1f8b87cd53c063c491688b663bfe81429bbc227878dd546b0f77e2f');
  });

  it('reads a layer in any range', async () => {
    const [layer] = (await packModelCar([file('f', 'x'.repeat(1000))])).layers;
    if (!layer) throw new Error('no layer');
    const all = await read(layer);
    for (const [start, end] of [
      [0, 0],
      [0, 10],
      [500, 1030],
      [1020, 2100],
      [2030, all.length],
      [all.length, all.length],
    ] as const) {
      expect(await read(layer, { start, end })).toEqual(all.subarray(start, end));
    }
  });

  it('reads a file once where its layer’s digest is remembered, and believes nothing that is no digest', async () => {
    const memory = new Map<string, string>();
    const reads: string[] = [];
    const digests = {
      get: (key: string) => Promise.resolve(memory.get(key)),
      put: (key: string, digest: string) => Promise.resolve(void memory.set(key, digest)),
    };
    const watch = (content: Content, { path }: { readonly path: string }) => {
      reads.push(path);
      return content;
    };
    const pack = (files: readonly ModelFile[]) => packModelCar(files, { digests, watch });
    const first = await pack([file('a', '1'), file('b', '1')]);
    expect((await pack([file('a', '1'), file('b', '1')])).manifest).toEqual(first.manifest);
    expect(reads).toEqual(['a', 'b']);
    await pack([file('a', '2')]);
    expect(reads).toEqual(['a', 'b', 'a']);
    for (const key of memory.keys()) memory.set(key, '../x');
    expect((await pack([file('a', '1'), file('b', '1')])).manifest).toEqual(first.manifest);
  });
});

describe('a header', () => {
  it('of a file beyond eight gigabytes has its size in an extended one', () => {
    expect(tarHeader({ path: 'f', size: 8 ** 11 - 1 })).toHaveLength(512);
    const large = tarHeader({ path: 'f', size: 8 ** 11 });
    expect(large).toHaveLength(1536);
    expect(large.subarray(512, 1024).toString().replaceAll('\0', '')).toBe('19 size=8589934592\n');
    writeFileSync(join(folder, 'head.tar'), large);
    const listed = execFileSync('sh', ['-c', 'tar -tvf head.tar 2>/dev/null | head -1'], { cwd: folder, encoding: 'utf8' });
    expect(listed).toContain(' 8589934592 ');
  });

  it.each([93, 94, 98, 99, 100, 989, 990, 991, 992])('counts the digits of a record’s own length: %d', (length) => {
    const path = 'ü'.repeat(length);
    const header = tarHeader({ path, size: 0 });
    const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
    const record = header.subarray(512, 512 + size);
    expect(record.toString()).toBe(`${record.length} path=${path}\n`);
  });
});
