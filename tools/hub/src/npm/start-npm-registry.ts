import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A package as its `package.json` says it, with what else belongs there. */
export interface OfferedPackage {
  readonly name: string;
  readonly version: string;
  readonly more?: object;
}

/** A registry of npm on loopback that has a few packages, and tells what it was asked for. */
export interface NpmRegistry {
  readonly url: string;
  readonly asked: string[];
  close(): Promise<void>;
}

export async function startNpmRegistry(folder: string, packages: readonly OfferedPackage[]): Promise<NpmRegistry> {
  const archives = new Map<string, Buffer>();
  for (const one of packages) archives.set(one.name, await pack(folder, one));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    asked.push(path);
    const archive = archives.get(path.replace(/\.tgz$/, ''));
    const offered = packages.find(({ name }) => name === path.replace(/\.tgz$/, ''));
    if (!archive || !offered) response.writeHead(404).end('{}');
    else if (path.endsWith('.tgz')) response.end(archive);
    else response.end(JSON.stringify(document(offered, { archive, host: request.headers.host ?? '' })));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function pack(folder: string, { name, version, more }: OfferedPackage): Promise<Buffer> {
  const directory = join(folder, 'offered', name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name, version, ...more }));
  await writeFile(join(directory, 'index.js'), '');
  const { stdout } = await promisify(execFile)('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: directory });
  return readFile(join(folder, stdout.trim().split('\n').at(-1) ?? ''));
}

function document({ name, version, more }: OfferedPackage, { archive, host }: { readonly archive: Buffer; readonly host: string }): object {
  const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
  const dist = { tarball: `http://${host}/${encodeURIComponent(name)}.tgz`, integrity };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, ...more, dist } } };
}
