import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import type { Meter } from './meter.ts';

/** One request and its answer. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  readonly url: URL;
  /** What goes wrong with it. */
  readonly faults: readonly Fault[];
  readonly meter: Meter;
}

type Headers = Readonly<Record<string, string>>;

export function answer(
  { response, method, faults }: Exchange,
  status: number,
  { headers = {}, body = '' }: { readonly headers?: Headers; readonly body?: string } = {},
): void {
  // What was asked for is done, and nobody hears of it.
  if (faults.some((fault) => fault.kind === 'lost')) {
    response.destroy();
    return;
  }
  const forced = faults.find((fault) => fault.kind === 'headers');
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers, ...forced?.headers });
  response.end(method === 'HEAD' ? undefined : body);
}

export function answerJson(
  exchange: Exchange,
  value: unknown,
  { status = 200, headers = {} }: { readonly status?: number; readonly headers?: Headers } = {},
): void {
  answer(exchange, status, { headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(value) });
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
