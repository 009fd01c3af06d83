import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsClient } from 'aws4fetch';
import { findProgram } from '../programs.ts';
import { freePort, startServer } from './start-server.ts';

/** versitygw, an S3 server over a folder, and who may do everything there. */
export interface S3Server {
  /** `127.0.0.1:9000`. */
  readonly host: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  createBucket(name: string, options?: { /** Everybody may read. */ readonly isPublic?: boolean; readonly isVersioned?: boolean }): Promise<void>;
  /** @param path bucket and key; `parts`: bytes of each part, for an object that comes in many */
  put(path: string, content: string | Buffer, options?: { readonly headers?: Readonly<Record<string, string>>; readonly parts?: number }): Promise<void>;
  remove(path: string): Promise<void>;
  stop(): Promise<void>;
}

export interface S3Options {
  /** An empty directory. */
  readonly directory: string;
  /** The domain that buckets' names stand in front of; absent: they are parts of paths. */
  readonly domain?: string;
  readonly region?: string;
}

export async function startVersitygw({ directory, domain, region = 'us-east-1' }: S3Options): Promise<S3Server> {
  const program = findProgram('versitygw');
  if (program === undefined) throw new Error('versitygw is not installed');
  const port = await freePort();
  const [data, versions] = [join(directory, 'data'), join(directory, 'versions')];
  for (const folder of [data, versions]) await mkdir(folder);
  const keys = { accessKeyId: 'TESTKEY', secretAccessKey: randomBytes(20).toString('hex') };
  const server = await startServer({
    program,
    args: [
      '--port',
      `127.0.0.1:${port}`,
      '--region',
      region,
      '--quiet',
      ...(domain === undefined ? [] : ['--virtual-domain', domain]),
      'posix',
      '--versioning-dir',
      versions,
      data,
    ],
    env: { ...process.env, ROOT_ACCESS_KEY_ID: keys.accessKeyId, ROOT_SECRET_ACCESS_KEY: keys.secretAccessKey },
    port,
  });
  const client = new AwsClient({ ...keys, service: 's3', region, retries: 0 });
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const answer = await client.fetch(`http://${server.host}/${path}`, init);
    if (!answer.ok) throw new Error(`${init.method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  const put = (path: string, body: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    ask(path, { method: 'PUT', body: new Uint8Array(Buffer.from(body)), headers });
  return {
    ...keys,
    host: server.host,
    async createBucket(name, { isPublic = false, isVersioned = false } = {}) {
      await ask(name, { method: 'PUT' });
      const enabled = '<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>';
      if (isVersioned) await put(`${name}?versioning`, enabled);
      if (isPublic) await put(`${name}?policy`, policyOf(name));
    },
    async put(path, content, { headers = {}, parts } = {}) {
      await (parts === undefined ? put(path, content, headers) : putParts({ ask, put }, { path, content: Buffer.from(content), size: parts, headers }));
    },
    async remove(path) {
      await ask(path, { method: 'DELETE' });
    },
    stop: () => server.stop(),
  };
}

function policyOf(bucket: string): string {
  const allow = (action: string, resource: string) => ({ Effect: 'Allow', Principal: '*', Action: action, Resource: `arn:aws:s3:::${resource}` });
  return JSON.stringify({ Version: '2012-10-17', Statement: [allow('s3:ListBucket', bucket), allow('s3:GetObject', `${bucket}/*`)] });
}

type Calls = {
  readonly ask: (path: string, init: RequestInit) => Promise<Response>;
  readonly put: (path: string, body: Buffer, headers?: Readonly<Record<string, string>>) => Promise<Response>;
};
type Parts = { readonly path: string; readonly content: Buffer; readonly size: number; readonly headers: Readonly<Record<string, string>> };

async function putParts({ ask, put }: Calls, { path, content, size, headers }: Parts): Promise<void> {
  const begun = await (await ask(`${path}?uploads`, { method: 'POST', headers })).text();
  const upload = encodeURIComponent(/<UploadId>([^<]+)</.exec(begun)?.[1] ?? '');
  const parts: string[] = [];
  for (let start = 0, number = 1; start < content.length; start += size, number++) {
    const answer = await put(`${path}?partNumber=${number}&uploadId=${upload}`, content.subarray(start, start + size));
    parts.push(`<Part><PartNumber>${number}</PartNumber><ETag>${answer.headers.get('etag') ?? ''}</ETag></Part>`);
  }
  const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
  await ask(`${path}?uploadId=${upload}`, { method: 'POST', body });
}
