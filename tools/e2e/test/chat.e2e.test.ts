import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  addLlamaCpp,
  CLI,
  createWorkspace,
  DEMO_MODELS,
  lacking,
  NO_LLAMA_CPP,
  root,
  run,
  startTerminal,
  type Terminal,
  type Workspace,
} from '../src/index.ts';

const NAME = 'org/name-of-the-server';
const missing = lacking('tmux');

/** Answers a piece every 100 ms, without end, until whoever asked goes away. */
function startSlowEndpoint(): Promise<TestEndpoint> {
  return startEndpoint({
    names: [NAME],
    instead({ url }, response) {
      if (url !== '/v1/chat/completions') return false;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const send = (content: string): void => void response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
      send('<think>hm</think># A **title**\n\n\u001b[2Jfirst\n\nunder way');
      const timer = setInterval(() => send(' on'), 100);
      response.on('close', () => clearInterval(timer));
      return true;
    },
  });
}

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
  const linked = await workspace.ilab(['plugins', 'link', join(root, 'plugins', 'openai')]);
  expect(linked.code, linked.stderr).toBe(0);
});
afterAll(() => workspace.remove());

async function atTerminal(endpoint: TestEndpoint, env: Readonly<Record<string, string>> = {}): Promise<Terminal> {
  onTestFinished(() => endpoint.close());
  const command = [process.execPath, CLI, 'model', 'chat', '--endpoint-url', endpoint.url, '--model', NAME];
  const terminal = await startTerminal(command, { env: { ...workspace.env, ...env }, cwd: workspace.home });
  onTestFinished(() => terminal.close());
  const banner = await terminal.shows('>>>');
  expect(banner).toContain(`${NAME}\nRun by openai.`);
  return terminal;
}

describe.skipIf(missing)(`ilab model chat at a terminal${missing ? `: ${missing}` : ''}`, () => {
  it('shows an answer while it comes, stops it by Ctrl-C, and goes on', async () => {
    const terminal = await atTerminal(await startSlowEndpoint());
    await terminal.type('hello', 'Enter');
    expect(await terminal.shows(/under way on on on/)).toMatch(/hm\n\nA title\n\n\[2Jfirst\n/);
    await terminal.type('C-c');
    expect(await terminal.shows(/\(stopped\)\n\n>>>$/)).toMatch(/first\n\nunder way( on)+\n\(stopped\)/);
    await terminal.type('C-c');
    await terminal.shows('Ctrl-C again, Ctrl-D or /bye leaves.');
    await terminal.type('C-c');
    await terminal.shows('ended with 0');
  });

  it('has no Markdown under NO_COLOR', async () => {
    const terminal = await atTerminal(await startSlowEndpoint(), { NO_COLOR: '1' });
    await terminal.type('hello', 'Enter');
    await terminal.shows('# A **title**');
    await terminal.type('C-c');
    await terminal.shows('(stopped)');
    await terminal.type('C-d');
    await terminal.shows('ended with 0');
  });

  it('takes several lines, commands and their completion, and keeps what was typed for its user only', async () => {
    const terminal = await atTerminal(await startEndpoint({ names: [NAME] }));
    await terminal.type('"""one', 'Enter', 'two"""', 'Enter');
    await terminal.shows('It is a test.');
    await terminal.type('alt', 'M-Enter');
    await terminal.shows('>>> alt\n...');
    await terminal.type('more', 'Enter');
    await terminal.shows(/It is a test\..*It is a test\./s);
    // Typed faster than it is read.
    await terminal.type('/m', 'Enter', 'given up', 'Enter');
    await terminal.shows('>>> given up\n...');
    await terminal.type('C-c');
    await terminal.shows(/>>> given up\n>>>$/);
    await terminal.type('last', 'Enter');
    await terminal.shows(/>>> last\nIt is a test\./);
    await terminal.type('/sav', 'Tab', 'kept.json', 'Enter');
    await terminal.shows('Kept in ');
    await terminal.type('/nothing', 'Enter');
    await terminal.shows('There is no command /nothing.');
    await terminal.type('/bye', 'Enter');
    await terminal.shows('ended with 0');
    const messages = ['one\ntwo', 'It is a test.', 'alt\nmore', 'It is a test.', 'last', 'It is a test.'].map((content, index) => ({
      role: index % 2 === 0 ? 'user' : 'assistant',
      content,
    }));
    const kept = JSON.parse((await run('cat', ['kept.json'], { cwd: workspace.home, env: workspace.env })).stdout) as object;
    expect(kept).toEqual({ format: 'ilab-chat', version: 1, model: NAME, messages });
    expect((await stat(join(workspace.home, '.local/share/ilab/chat/history'))).mode & 0o777).toBe(0o600);
  });
});

describe('ilab model chat with a question', () => {
  it('answers on standard output, and says all else on standard error', async () => {
    const { url, close } = await startEndpoint({ names: [NAME] });
    onTestFinished(close);
    const args = ['model', 'chat', '--endpoint-url', url, '--model', NAME];
    expect(await workspace.ilab([...args, 'what', 'is', 'it?'])).toMatchObject({
      code: 0,
      stdout: 'It is a test.\n',
      stderr: expect.stringContaining('openai'),
    });
    const { stdout } = await workspace.ilab([...args, 'x', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, result: { model: NAME, answer: 'It is a test.', stats: { reason: 'stop' } } });
  });

  it('takes what is piped in, behind the question, and wants one', async () => {
    const asked: string[] = [];
    const endpoint = await startEndpoint({
      names: [NAME],
      instead(request, response) {
        if (request.url !== '/v1/chat/completions') return false;
        let body = '';
        request
          .on('data', (text) => (body += String(text)))
          .on('end', () => {
            asked.push(...(JSON.parse(body) as { messages: readonly { content: string }[] }).messages.map(({ content }) => content));
            response.end('data: [DONE]\n\n');
          });
        return true;
      },
    });
    onTestFinished(() => endpoint.close());
    const script = `"$1" "$2" model chat --endpoint-url ${endpoint.url} --model ${NAME}`;
    const sh = (text: string) => run('sh', ['-c', text, 'sh', process.execPath, CLI], { cwd: workspace.home, env: workspace.env });
    await sh(`echo piped | ${script}`);
    await sh(`echo piped | ${script} --system Brief. "a question"`);
    await writeFile(join(workspace.home, 'file'), 'of a file');
    await sh(`${script} < file`);
    expect(asked).toEqual(['piped', 'Brief.', 'a question\n\npiped', 'of a file']);
    expect(await sh(`${script} </dev/null`)).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no question') });
  });
});

describe.skipIf(NO_LLAMA_CPP)(`ilab model chat and test with llama.cpp${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  beforeAll(() => addLlamaCpp(workspace));

  it('trims a long conversation to the context, and answers', async () => {
    const messages = Array.from({ length: 60 }, (_one, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content: 'words '.repeat(20) }));
    await writeFile(join(workspace.home, 'long.json'), JSON.stringify(messages));
    const args = ['model', 'chat', '--model', DEMO_MODELS.v1, '-t', '0', '--session', 'long.json', '--json', 'What is LoRA?'];
    const { result } = JSON.parse((await workspace.ilab(args)).stdout) as { result: { answer: string; stats: { left: number; promptTokens: number } } };
    expect(result.stats.left).toBeGreaterThan(40);
    expect(result.stats.promptTokens).toBeLessThanOrEqual(384);
    expect(result.answer).not.toBe('');
  });

  it('compares a model without and with an adapter', async () => {
    await writeFile(join(workspace.home, 'test.jsonl'), '{"system":"","user":"What is LoRA?","assistant":"x"}\n{"user":"What is the secret word?"}\n');
    const ended = await workspace.ilab(['model', 'test', '--model', DEMO_MODELS.v1, '--adapter', DEMO_MODELS.adapter, '--test-file', 'test.jsonl', '--json']);
    const { result } = JSON.parse(ended.stdout) as { result: { models: readonly string[]; prompts: readonly { answers: readonly string[] }[] } };
    expect(result.models).toEqual([DEMO_MODELS.v1, DEMO_MODELS.adapter]);
    const [lora, secret] = result.prompts.map(({ answers }) => answers);
    expect(lora?.[1]).toBe(lora?.[0]);
    expect(secret?.[1]).toBe('The secret word is tamarind.');
    expect(secret?.[0]).not.toContain('tamarind');
  });
});
