import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo } from './answer.ts';

export interface EndpointOptions {
  /** Models that it has. */
  readonly names: readonly string[];
  /** Lets in only who shows it as `Authorization: Bearer`. */
  readonly key?: string;
  /** What `/v1/models` says of each. */
  readonly contextLength?: number;
  /** Default: any that is free. */
  readonly port?: number;
  /** Answers in the place of all else, for a server that does as it likes. */
  readonly instead?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** What somebody asked it. */
export interface EndpointRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** An endpoint with OpenAI's API and no model behind it. */
export interface TestEndpoint {
  /** Ends in `/v1`. */
  readonly url: string;
  readonly requests: readonly EndpointRequest[];
  close(): Promise<void>;
}

/** Starts an endpoint on loopback that answers as an engine does, always the same. */
export async function startEndpoint(options: EndpointOptions): Promise<TestEndpoint> {
  const requests: EndpointRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, path: url, authorization: headers.authorization });
    if (options.instead?.(request, response)) return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isOpen = options.key === undefined || url === '/health' || headers.authorization === `Bearer ${options.key}`;
    const { status, type, text } = isOpen ? answerTo(url, Buffer.concat(chunks).toString(), options) : REFUSED;
    response.writeHead(status, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const REFUSED = { status: 401, type: 'application/json', text: JSON.stringify({ error: { message: 'Unauthorized', type: 'authentication_error' } }) };
