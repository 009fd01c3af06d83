import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** A registry of npm on loopback that has packages of ours, and sends npm elsewhere for all others. */
export interface PackageRegistry {
  readonly url: string;
  /** Names that it was asked for and does not have. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/**
 * @param archives packages as they were packed, by path
 * @param others where other packages are; absent: nowhere
 */
export async function startPackageRegistry(archives: readonly string[], others?: string): Promise<PackageRegistry> {
  const packages = new Map(await Promise.all(archives.map(async (path) => [await nameOf(path), path] as const)));
  const missing: string[] = [];
  const server = createServer(async (request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1)).replace(/\?.*$/, '');
    const archive = packages.get(name.replace(/\.tgz$/, ''));
    if (archive !== undefined && name.endsWith('.tgz')) response.end(await readFile(archive));
    else if (archive !== undefined) response.end(await documentOf(archive, `http://${request.headers.host}`));
    else {
      missing.push(name);
      if (others === undefined) response.writeHead(404).end('{}');
      else response.writeHead(302, { location: new URL(request.url?.slice(1) ?? '', others).href }).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    missing,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What npm wants to know of a package. */
async function documentOf(archive: string, origin: string): Promise<string> {
  const json = await packageJsonOf(archive);
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  const dist = { tarball: `${origin}/${encodeURIComponent(json.name)}.tgz`, integrity };
  return JSON.stringify({ name: json.name, 'dist-tags': { latest: json.version }, versions: { [json.version]: { ...json, dist } } });
}

async function nameOf(archive: string): Promise<string> {
  return (await packageJsonOf(archive)).name;
}

async function packageJsonOf(archive: string): Promise<{ readonly name: string; readonly version: string }> {
  const { stdout } = await promisify(execFile)('tar', ['-xOzf', archive, 'package/package.json']);
  return JSON.parse(stdout) as { readonly name: string; readonly version: string };
}
