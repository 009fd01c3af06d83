import { describe, expect, it } from 'vitest';
import { ilabCalls } from '../src/documents/shell-calls.ts';
import { notUnderstood } from '../src/documents/understood.ts';

const words = (code: string, prompted = false) => ilabCalls(code, { prompted }).map((call) => call.words);

describe('calls in an example', () => {
  it.each<readonly [string, readonly (readonly string[])[]]>([
    ['ilab model list', [['model', 'list']]],
    ['ilab model chat "What is it?" # one question', [['model', 'chat', 'What is it?']]],
    ["ilab model download a/b --include '*.gguf'", [['model', 'download', 'a/b', '--include', '*.gguf']]],
    ['git diff | ilab model chat "Say:" > out', [['model', 'chat', 'Say:']]],
    ['vllm serve "$(ilab model path granite)"', [['model', 'path', 'granite']]],
    ['cd $(ilab store path) && ls', [['store', 'path']]],
    [
      'ilab engine install x; ilab engine list',
      [
        ['engine', 'install', 'x'],
        ['engine', 'list'],
      ],
    ],
    ['ilab model train \\\n  --model a', [['model', 'train', '--model', 'a']]],
    ['ILAB_DEBUG=1 ilab doctor', [['doctor']]],
    ['npm run ilab -- model list', []],
    ['echo ilab-cli', []],
    ['# ilab model list', []],
  ])('%j', (code, calls) => {
    expect(words(code)).toEqual(calls);
  });

  it('of a console stand behind its prompt, and what it prints is none', () => {
    expect(words('$ ilab model list\nilab is great\n$ cat x', true)).toEqual([['model', 'list']]);
    expect(ilabCalls('$ x\n$ ilab doctor', { prompted: true })).toEqual([{ words: ['doctor'], line: 2 }]);
  });
});

describe('what the command line takes', () => {
  it.each([
    [['--version'], undefined],
    [['model', 'list', '--help'], undefined],
    [['model', '--help'], undefined],
    [['model', 'alias', 'set', 'a', 'b/c'], undefined],
    [['model', 'serve', '--model', 'A', '--', '--tensor-parallel-size', '4'], undefined],
    [['modle', 'list'], 'is no command'],
    [['model', 'list', '--sorted'], expect.stringContaining('--sorted')],
    [['model', 'alias', 'set', 'a'], expect.stringMatching(/Missing|required/i)],
  ])('%j', async (call, problem) => {
    expect(await notUnderstood(call)).toEqual(problem);
  });
});
