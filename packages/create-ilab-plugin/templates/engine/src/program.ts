// Stands for the program that runs a model: a server with OpenAI's API on loopback, for whoever has the key.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

interface Given {
  readonly names: readonly string[];
  readonly key: string;
}

const WORDS = ['Replace ', 'me ', 'with ', 'an ', 'engine.'];

createInterface(process.stdin).once('line', (line) => serve(JSON.parse(line) as Given));
// Whoever started it is gone, however that came.
process.stdin.once('end', () => process.exit());

function serve(given: Given): void {
  const server = createServer((request, response) => void answer(request, response, given));
  server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`));
}

async function answer(request: IncomingMessage, response: ServerResponse, { names, key }: Given): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const json = (status: number, value: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  if (request.headers.authorization !== `Bearer ${key}`) return json(401, { error: { message: 'Unauthorized' } });
  if (request.url === '/v1/models') return json(200, { object: 'list', data: names.map((id) => ({ id, object: 'model' })) });
  const isChat = request.url === '/v1/chat/completions';
  if (!isChat && request.url !== '/v1/completions') return json(404, { error: { message: 'Not found' } });
  const { model, stream } = JSON.parse(Buffer.concat(parts).toString()) as { readonly model: string; readonly stream?: boolean };
  if (!names.includes(model)) return json(404, { error: { message: `No model ${model}` } });
  if (!stream) return json(200, { choices: [{ index: 0, finish_reason: 'stop', ...said(WORDS.join(''), isChat ? 'message' : 'text') }] });
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const choices = [
    ...WORDS.map((word) => ({ finish_reason: null, ...said(word, isChat ? 'delta' : 'text') })),
    { finish_reason: 'stop', ...said('', isChat ? 'delta' : 'text') },
  ];
  for (const choice of choices) response.write(`data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`);
  response.end('data: [DONE]\n\n');
}

function said(text: string, as: 'message' | 'delta' | 'text'): object {
  return as === 'text' ? { text } : { [as]: { role: 'assistant', content: text } };
}
