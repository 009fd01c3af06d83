import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Models of a server: by repository and version, each a file's content by its path. */
export type Models = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

export interface Server {
  /** With its port, as references name it. */
  readonly host: string;
  close(): Promise<void>;
}

/** Starts a server with a few models on this machine, on a port that is free unless one is given. */
export async function startServer(models: Models, port: number = 0): Promise<Server> {
  const answers = new Map(Object.entries(models).flatMap(([repository, versions]) => answersOf(repository, versions)));
  const server = createServer(({ url = '' }, response) => {
    const answer = answers.get(decodeURIComponent(url));
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What each path of a repository is answered with. */
function answersOf(repository: string, versions: Models[string]): readonly (readonly [string, string])[] {
  const answers: [string, string][] = [[`/${repository}/versions.json`, JSON.stringify(Object.keys(versions))]];
  for (const [version, contents] of Object.entries(versions)) {
    const files = Object.entries(contents).map(([path, content]) => ({ path, size: Buffer.byteLength(content), digest: digestOf(content) }));
    const revision = digestOf(JSON.stringify(files));
    const listing = JSON.stringify({ revision, files });
    answers.push([`/${repository}/${version}.json`, listing], [`/${repository}/${revision}.json`, listing]);
    for (const content of Object.values(contents)) answers.push([`/${repository}/blobs/${digestOf(content)}`, content]);
  }
  return answers;
}

function digestOf(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
