import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatSettings } from '../../src/chat/chat-settings.ts';
import type { Message } from '../../src/chat/client/message.ts';
import { setParameter } from '../../src/chat/conversation/parameters.ts';
import { loadSession, saveSession } from '../../src/chat/conversation/session-file.ts';
import { estimateTokens, roomFor, trim } from '../../src/chat/conversation/trim.ts';
import { readPrompts } from '../../src/chat/read-prompts.ts';
import { readHistory, writeHistory } from '../../src/chat/terminal/history.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilab-chat-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const written = async (text: string): Promise<string> => {
  const path = join(folder, 'some.json');
  await writeFile(path, text);
  return path;
};

const say = (role: Message['role'], content: string): Message => ({ role, content });
const LONG: readonly Message[] = [
  say('system', 'ssss'),
  say('user', 'aaaa'),
  say('assistant', 'bbbb'),
  say('user', 'cccc'),
  say('assistant', 'dddd'),
  say('user', 'eeee'),
];
const letters = (messages: readonly Message[]): Promise<number> => Promise.resolve(messages.reduce((sum, { content }) => sum + content.length, 0));

describe('trim', () => {
  it.each([
    [24, 'sabcde', 0],
    [23, 'scde', 2],
    [16, 'scde', 2],
    [15, 'se', 4],
    [8, 'se', 4],
  ])('leaves out the oldest turns for %i tokens, and never what the system says', async (room, kept, left) => {
    const trimmed = await trim(LONG, room, letters);
    expect({ kept: trimmed.messages.map(({ content }) => content[0]).join(''), left: trimmed.left }).toEqual({ kept, left });
  });

  it('refuses a question that is too long by itself', async () => {
    await expect(trim(LONG, 7, letters)).rejects.toMatchObject({ code: 'E_USAGE' });
  });

  it('leaves room for the answer', () => {
    expect(roomFor(512, undefined)).toBe(384);
    expect(roomFor(8192, undefined)).toBe(7168);
    expect(roomFor(512, 100)).toBe(412);
    expect(roomFor(512, 10_000)).toBe(256);
  });

  it('counts rather too many than too few where it has to guess', () => {
    expect(estimateTokens([say('user', 'ä'.repeat(30))])).toBeGreaterThanOrEqual(20);
    expect(estimateTokens([])).toBe(0);
  });
});

describe('a conversation in a file', () => {
  it('is read as it was written, and is for its user only', async () => {
    const path = join(folder, 'kept.json');
    await saveSession(path, { model: 'm', messages: LONG });
    expect(await loadSession(path)).toMatchObject({ model: 'm', messages: LONG });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('may be of the old ilab', async () => {
    expect(await loadSession(await written(JSON.stringify(LONG)))).toEqual({ messages: LONG });
  });

  it.each([
    ['{', /no JSON/],
    ['null', /not as it should be/],
    ['[{"role":"tool","content":"x"}]', /not as it should be/],
    ['{"format":"ilab-chat","version":1,"messages":[{"role":"user","content":7}]}', /messages\.0\.content/],
    ['{"format":"ilab-chat","version":2,"messages":[]}', /version 2/],
  ])('is refused when it is %s', async (text, message) => {
    await expect(loadSession(await written(text))).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringMatching(message) });
  });

  it('replaces one that was kept, and nothing else', async () => {
    const path = join(folder, 'again.json');
    for (const model of ['m', 'n']) await saveSession(path, { model, messages: LONG });
    expect(await loadSession(path)).toMatchObject({ model: 'n' });
    const other = await written('all: the rest\n');
    await expect(saveSession(other, { messages: LONG })).rejects.toMatchObject({ code: 'E_USAGE', message: expect.stringContaining('no saved conversation') });
    expect(await readFile(other, 'utf8')).toBe('all: the rest\n');
    await expect(saveSession(folder, { messages: LONG })).rejects.toMatchObject({ code: 'E_STORE' });
  });

  it('that is not there is not found, and a place that is not there is told', async () => {
    await expect(loadSession(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(saveSession(join(folder, 'no', 'where'), { messages: [] })).rejects.toMatchObject({ code: 'E_STORE' });
  });
});

it('a history is kept for its user only, also where it was open to all', async () => {
  const path = join(folder, 'data', 'history');
  await writeHistory(path, ['new', 'old']);
  expect(await readHistory(path)).toEqual(['new', 'old']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readHistory(join(folder, 'nowhere'))).toEqual([]);
  expect(await readFile(path, 'utf8')).toBe('new\nold\n');
});

describe('prompts of a file', () => {
  it('have three forms', async () => {
    const lines = [{ system: 's', user: 'a', assistant: 'x' }, { prompt: 'b' }, { messages: [say('system', 's'), say('user', 'c')] }];
    expect(await readPrompts(await written(`${lines.map((line) => JSON.stringify(line)).join('\n\n')}\n`))).toEqual(['a', 'b', 'c']);
  });

  it('that are none are told with their line', async () => {
    await expect(readPrompts(await written('{"user":"a"}\n{"question":"b"}\n'))).rejects.toMatchObject({ message: expect.stringMatching(/:2 is no prompt/) });
    await expect(readPrompts(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });
});

describe('parameters', () => {
  it('are called as by Ollama and OpenAI', () => {
    expect(setParameter({ seed: 1 }, 'num_predict', ['5'])).toEqual({ seed: 1, max_tokens: 5 });
    expect(setParameter({}, 'stop', ['a', 'b'])).toEqual({ stop: ['a', 'b'] });
  });

  it.each([
    ['temperature', ['3']],
    ['temperature', ['']],
    ['temperature', []],
    ['temperature', ['1', '1']],
    ['seed', ['1.5']],
    ['seed', ['NaN']],
    ['top_k', ['-1']],
    ['constructor', ['1']],
  ])('refuse %s %j', (name, words) => {
    expect(() => setParameter({}, name, words)).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
  });
});

describe('settings', () => {
  const read = (config: Readonly<Record<string, unknown>>) => (key: string) => (key in config ? { value: config[key] } : undefined);

  it('are the flags’, then the configuration’s', () => {
    const config = read({ 'chat.temperature': 0.7, 'chat.max_tokens': 50, 'chat.context': 'cli_helper', 'chat.logs_dir': '/logs' });
    expect(chatSettings({}, config)).toMatchObject({
      sampling: { temperature: 0.7, max_tokens: 50 },
      system: expect.stringMatching(/command line/),
      logs: '/logs',
    });
    expect(chatSettings({ temperature: '0', 'max-tokens': 5, system: 'x' }, config)).toMatchObject({
      sampling: { temperature: 0, max_tokens: 5 },
      system: 'x',
    });
    expect(chatSettings({}, read({ 'chat.greedy_mode': true, 'chat.temperature': 1 })).sampling).toEqual({ temperature: 0 });
    expect(chatSettings({}, read({}))).toEqual({ sampling: {}, system: '' });
  });

  it('that make no sense are refused', () => {
    expect(() => chatSettings({ temperature: 'hot' }, read({}))).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
    expect(() => chatSettings({ context: 'constructor' }, read({}))).toThrow(expect.objectContaining({ code: 'E_USAGE' }));
    expect(() => chatSettings({}, read({ 'chat.max_tokens': 'many' }))).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG' }));
  });
});
