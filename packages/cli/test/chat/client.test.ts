import { startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { createEndpoints } from '@ilab/transfer';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createChatClient } from '../../src/chat/client/chat-client.ts';
import type { Piece } from '../../src/chat/client/message.ts';
import { readEvents } from '../../src/chat/client/read-events.ts';
import { readPieces } from '../../src/chat/client/read-piece.ts';
import { createThoughtSplitter } from '../../src/chat/client/split-thoughts.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const eventsOf = (...texts: readonly string[]): Promise<string[]> => Array.fromAsync(readEvents(chunks(...texts)));

describe('readEvents', () => {
  it.each([
    [['data: a\n\ndata: b\n\n'], ['a', 'b']],
    [
      ['data: a\r\n\r', '\ndata: b\r\n\r\n'],
      ['a', 'b'],
    ],
    [['da', 'ta: a\n', '\n'], ['a']],
    [[': a comment\n\nevent: x\ndata: a\n\n'], ['a']],
    [['data: a\ndata: b\n\n'], ['a\nb']],
    [['data: a\n\ndata: [DONE]\n\ndata: b\n\n'], ['a']],
    [['data: not finished'], []],
    [['<html>no events</html>'], []],
  ])('reads %j', async (texts, events) => {
    expect(await eventsOf(...texts)).toEqual(events);
  });

  it('holds a letter together that came in two pieces', async () => {
    const bytes = Buffer.from('data: é\n\n');
    async function* torn(): AsyncGenerator<Uint8Array> {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    expect(await Array.fromAsync(readEvents(torn()))).toEqual(['é']);
  });

  it('gives up on an event without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('data: ');
      for (;;) yield Buffer.alloc(1024 * 1024, 'x');
    }
    await expect(Array.fromAsync(readEvents(endless()))).rejects.toMatchObject({ code: 'E_ENGINE' });
  });
});

describe('readPieces', () => {
  const text = (content: string): object => ({ choices: [{ delta: { content } }] });
  it.each<[unknown, readonly Piece[]]>([
    [text('a'), [{ type: 'text', text: 'a' }]],
    [{ choices: [{ delta: { content: null, reasoning_content: 'hm' } }] }, [{ type: 'thought', text: 'hm' }]],
    [{ choices: [{ delta: { reasoning: 'hm', content: '' } }] }, [{ type: 'thought', text: 'hm' }]],
    [{ choices: [{ delta: {}, finish_reason: 'length' }] }, [{ type: 'end', reason: 'length' }]],
    [{ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } }, [{ type: 'end', reason: '', promptTokens: 3, tokens: 4 }]],
    [{ choices: [], usage: { prompt_tokens: -3, completion_tokens: 'x' } }, [{ type: 'end', reason: '' }]],
    [{ choices: [{ delta: { content: 7 } }] }, []],
    [{ choices: 'x' }, []],
    [{}, []],
  ])('reads %j', (event, pieces) => {
    expect(readPieces(JSON.stringify(event))).toEqual(pieces);
  });

  it.each(['', 'x', '7', 'null', '"x"'])('refuses %j', (event) => {
    expect(() => readPieces(event)).toThrow(expect.objectContaining({ code: 'E_ENGINE' }));
  });

  it('tells of an error, without what would steer a terminal', () => {
    expect(() => readPieces('{"error":{"message":"out of \\u001b[31mmemory"}}')).toThrow('The answer broke off: out of  [31mmemory');
  });
});

describe('thoughts in tags', () => {
  const split = (texts: readonly string[]): Record<'thought' | 'text', string> => {
    const splitter = createThoughtSplitter();
    const said = { thought: '', text: '' };
    for (const piece of [...texts.flatMap((text) => splitter.push(text)), ...splitter.end()]) if (piece.type !== 'end') said[piece.type] += piece.text;
    return said;
  };

  it.each([
    ['<think>hm</think>\n\nyes', { thought: 'hm', text: 'yes' }],
    ['\n<think>\nhm < 3</th</think>yes</think>', { thought: '\nhm < 3</th', text: 'yes</think>' }],
    ['yes <think>no</think>', { thought: '', text: 'yes <think>no</think>' }],
    ['<think>never ends</thi', { thought: 'never ends</thi', text: '' }],
    ['<thin', { thought: '', text: '<thin' }],
    ['', { thought: '', text: '' }],
  ])('are read from %j, however it is torn', (whole, said) => {
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 6 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const parts = places.slice(1).map((end, index) => whole.slice(places[index], end));
        const { thought, text } = split(parts);
        expect({ thought, text: text.trimStart() }).toEqual({ ...said, text: said.text.trimStart() });
      }),
      { numRuns: 50 },
    );
  });
});

describe('the client', () => {
  const endpoints = createEndpoints({ userAgent: 'test', env: {} });
  const start = async (options: Partial<Parameters<typeof startEndpoint>[0]> = {}): Promise<TestEndpoint> => {
    const endpoint = await startEndpoint({ names: ['m'], ...options });
    onTestFinished(() => endpoint.close());
    return endpoint;
  };
  const ask = async (endpoint: string, headers = {}): Promise<string> => {
    const client = createChatClient({ endpoint, headers, model: 'm', endpoints });
    const pieces = await Array.fromAsync(client.answer([{ role: 'user', content: 'x' }], {}, {}));
    return pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('');
  };

  it('reads an answer as it comes, and shows its key', async () => {
    const endpoint = await start({ key: 'k' });
    expect(await ask(endpoint.url, { authorization: 'Bearer k' })).toBe('It is a test.');
    await expect(ask(endpoint.url)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
  });

  it.each([
    [404, 'E_NOT_FOUND'],
    [429, 'E_RATE_LIMITED'],
    [500, 'E_ENGINE'],
    [302, 'E_ENGINE'],
  ])('makes %i an error of its own', async (status, code) => {
    const { url } = await start({
      instead: (_request, response) => Boolean(response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('\u001b[31mno')),
    });
    await expect(ask(url)).rejects.toMatchObject({ code, message: expect.not.stringContaining('\u001b') });
  });

  it('says when nobody is there, and when an answer breaks off', async () => {
    const gone = await startEndpoint({ names: [] });
    await gone.close();
    await expect(ask(gone.url)).rejects.toMatchObject({ code: 'E_NETWORK' });
    const { url } = await start({
      instead(_request, response) {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n', () => response.destroy());
        return true;
      },
    });
    await expect(ask(url)).rejects.toMatchObject({ code: 'E_NETWORK' });
  });

  it('counts where the server does, and only then', async () => {
    const count = (url: string) => createChatClient({ endpoint: url, headers: {}, model: 'm', endpoints }).countTokens([], {});
    expect(await count((await start()).url)).toBeUndefined();
    const counting = await start({ instead: (request, response) => request.url === '/tokenize' && Boolean(response.end('{"count": 12}')) });
    expect(await count(counting.url)).toBe(12);
    const wrong = await start({ instead: (_request, response) => Boolean(response.end('{"count": -1}')) });
    expect(await count(wrong.url)).toBeUndefined();
  });
});
