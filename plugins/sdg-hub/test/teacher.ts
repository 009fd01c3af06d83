import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunnerModel } from '@ilab/plugin-api';

/** A model that answers every question with itself, to whoever shows its key. */
export interface Teacher {
  readonly model: RunnerModel;
  close(): void;
}

const KEY = 'Bearer sesame';

export async function startTeacher(): Promise<Teacher> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const { model, messages } = JSON.parse(body) as { model: string; messages: readonly { content: string }[] };
    if (request.headers.authorization !== KEY || request.url !== '/v1/chat/completions') return void response.writeHead(401).end('{}');
    const message = { role: 'assistant', content: `An answer to: ${messages.at(-1)?.content}` };
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: '1', object: 'chat.completion', created: 1, model, choices: [{ index: 0, finish_reason: 'stop', message }], usage }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    model: { name: 't', endpoint: { url, model: 'quay.io/acme/teacher:v1', headers: { authorization: KEY } } },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
