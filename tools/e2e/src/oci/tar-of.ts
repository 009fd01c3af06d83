import { execFile } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';

/** Files by path; `{ link }` is a symbolic link, `{ same }` a hard link to another path of the tree. */
export type Tree = Readonly<Record<string, string | Uint8Array | { readonly link: string } | { readonly same: string }>>;

const runTar = promisify(execFile);
const PACK = { tar: (bytes: Buffer) => bytes, 'tar+gzip': (bytes: Buffer) => gzipSync(bytes), 'tar+zstd': (bytes: Buffer) => zstdCompressSync(bytes) };

/** An archive as the system's `tar` writes it, in the order of the tree. */
export async function tarOf(tree: Tree, codec: keyof typeof PACK = 'tar'): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'ilab-tar-'));
  try {
    for (const [path, content] of Object.entries(tree)) {
      const place = join(folder, path);
      mkdirSync(dirname(place), { recursive: true });
      if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(place, content);
      else if ('link' in content) symlinkSync(content.link, place);
      else linkSync(join(folder, content.same), place);
    }
    const options = { encoding: 'buffer', maxBuffer: 1024 ** 3 } as const;
    const { stdout } = await runTar('tar', ['-cf', '-', '-C', folder, '--', ...Object.keys(tree)], options);
    return PACK[codec](stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
