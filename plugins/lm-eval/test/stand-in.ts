import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A model that is a table: each byte is a token, and its log-probability goes by itself and its place. */
export function logProbability(place: number, token: number): number {
  return -((token * 7 + place * 3) % 11) / 8 - 0.125;
}

export interface StandIn {
  readonly url: string;
  /** Completions that were asked for. */
  readonly asked: () => number;
  close(): void;
}

const KEY = 'Bearer sesame';
export const HEADERS = { authorization: KEY };

/** Serves that model as the harness asks for one; `hang`: it never answers a completion. */
export async function standIn({ hang = false } = {}): Promise<StandIn> {
  let asked = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const send = (value: unknown): void => void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    const json = (body === '' ? {} : JSON.parse(body)) as { prompt?: unknown };
    if (request.headers.authorization !== KEY) return void response.writeHead(401).end();
    // Among several models it is not clear which one is meant, unless the address says so.
    if (request.url === '/tokenizer_info?model=m') return send({ eos_token: '\u0001' });
    if (request.url === '/tokenize?model=m') return send({ tokens: [...Buffer.from(String(json.prompt))] });
    if (request.url !== '/v1/completions') return void response.writeHead(404).end();
    asked += 1;
    if (!hang) send({ choices: (json.prompt as number[][]).map((tokens, index) => choice(index, [...tokens, 33])) });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: () => asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** With one token after the prompt, as `max_tokens: 1` makes it. */
function choice(index: number, tokens: readonly number[]): unknown {
  const probabilities = tokens.map((token, place) => (place === 0 ? null : logProbability(place, token)));
  const top = tokens.map((token, place) => (place === 0 ? null : { [token]: logProbability(place, token) }));
  return { index, text: '', finish_reason: 'length', logprobs: { tokens: tokens.map(String), token_logprobs: probabilities, top_logprobs: top } };
}
