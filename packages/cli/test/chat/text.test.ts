import { describe, expect, it } from 'vitest';
import { markdownPrinter, plainPrinter } from '../../src/chat/text/answer-printer.ts';
import { cleanText } from '../../src/chat/text/clean-text.ts';
import { completeSlash, runSlash } from '../../src/chat/slash/commands.ts';
import type { ChatState, SlashContext } from '../../src/chat/slash/chat-state.ts';
import { Conversation } from '../../src/chat/conversation/conversation.ts';
import { createLineCollector } from '../../src/chat/terminal/line-collector.ts';
import type { Style } from '../../src/chat/text/markdown.ts';

const mark: Style = (format, text) => `<${format}>${text}</>`;

function rendered(pieces: readonly string[]): { readonly all: string; readonly steps: readonly string[]; readonly previews: readonly string[] } {
  let all = '';
  const steps: string[] = [];
  const previews: string[] = [];
  const printer = markdownPrinter({
    write: (text) => (all += text),
    style: mark,
    preview: (text) => previews.push(text),
    columns: () => Number.POSITIVE_INFINITY,
  });
  for (const piece of pieces) {
    printer.push(piece);
    steps.push(all);
  }
  printer.end();
  return { all, steps, previews };
}

describe('Markdown', () => {
  it.each([
    ['# A *b*\n\ntext', '<bold>A <italic>b</></>\n\ntext\n'],
    ['**a** `b` ~~c~~', '<bold>a</> <cyan>b</> <strikethrough>c</>\n'],
    ['- a\n- b\n  - c', '<dim>•</> a\n<dim>•</> b\n  <dim>•</> c\n'],
    ['2. a\n3. b', '<dim>2.</> a\n<dim>3.</> b\n'],
    ['```sh\nls\n```', '    <cyan>ls</>\n'],
    ['> a', '│ <dim>a</>\n'],
    ['| a | bb |\n|---|---|\n| ccc | d |', '<bold>a    bb</>\nccc  d\n'],
    ['[text](http://evil.example)', 'text (<underline>http://evil.example</>)\n'],
    ['<b>a</b>', '<b>a</b>\n'],
  ])('%j is shown', (text, shown) => {
    expect(rendered([text]).all).toBe(shown);
    expect(rendered([...text]).all).toBe(shown);
  });

  it.each([
    ['one two three four', 'one two\nthree four\n'],
    ['- one two three', '• one two\n  three\n'],
    ['1. one two three', '1. one two\n   three\n'],
    ['> one two three four', '│ one two\n│ three four\n'],
    ['http://host.example/path two', 'http://host.example/path\ntwo\n'],
    ['**one two three** four', '\u001b[1mone two\nthree\u001b[22m four\n'],
    ['```\none two three four\n```', '    one two three four\n'],
    ['日本 日本 日本', '日本 日本\n日本\n'],
  ])('%j is broken between words', (text, shown) => {
    let all = '';
    const style: Style = (format, inner) => (format === 'bold' ? `\u001b[1m${inner}\u001b[22m` : inner);
    const printer = markdownPrinter({ write: (some) => (all += some), style, preview() {}, columns: () => 12 });
    printer.push(text);
    printer.end();
    expect(all).toBe(shown);
  });

  it('is printed block by block, and what is under way is shown apart', () => {
    const { steps, previews } = rendered(['one', '\n', '\n', 'tw', 'o\n\n```\na\n\nb', '\n```\n', 'x']);
    expect(steps).toEqual(['', '', 'one\n', 'one\n', 'one\n\ntwo\n', 'one\n\ntwo\n', 'one\n\ntwo\n\n    <cyan>a</>\n\n    <cyan>b</>\n']);
    expect(previews.at(-1)).toBe('');
    expect(previews).toContain('tw');
  });

  it.each([
    ['quotes', '>'.repeat(20_000)],
    ['lists', '- '.repeat(5000)],
    ['emphasis', '*a **b '.repeat(3000)],
    ['brackets', '['.repeat(20_000)],
    ['a line without end', 'x'.repeat(200_000)],
  ])('that is hostile, as of %s, is shown and ends', (_of, text) => {
    expect(rendered([text, '\n\nend']).all).toMatch(/end\n$/);
  });
});

it('text of a model steers no terminal', () => {
  expect(cleanText('a\u001b[31mb\u0007\r\u009bc\u202ed\u2028\u200b\n\te👨‍👩‍👧')).toBe('a[31mbcd\n\te👨‍👩‍👧');
  const written: string[] = [];
  const printer = plainPrinter((text) => written.push(text));
  printer.push('\u001b');
  printer.push(']0;x\u0007# a');
  printer.end();
  expect(written.join('')).toBe(']0;x# a\n');
});

describe('lines', () => {
  const collect = (everyLine: boolean, ...lines: readonly (readonly [string, boolean?])[]): readonly (string | undefined)[] => {
    const collector = createLineCollector(() => everyLine);
    return lines.map(([line, more = false]) => collector.add(line, more));
  };

  it.each<[boolean, readonly (readonly [string, boolean?])[], readonly (string | undefined)[]]>([
    [false, [['a'], ['b']], ['a', 'b']],
    [false, [['a', true], ['b']], [undefined, 'a\nb']],
    [false, [['"""a'], ['b'], [''], ['c"""']], [undefined, undefined, undefined, 'a\nb\n\nc']],
    [false, [['"""'], ['/bye'], ['"""']], [undefined, undefined, '/bye']],
    [false, [['"""a"""']], ['a']],
    [true, [['a'], ['b', true]], [undefined, 'a\nb']],
    [true, [['/M']], ['/M']],
  ])('of many lines %s: %j are %j', (everyLine, lines, messages) => {
    expect(collect(everyLine, ...lines)).toEqual(messages);
  });
});

describe('commands', () => {
  const start = () => {
    const printed: string[] = [];
    const model = {
      name: 'hub/a:1',
      model: 'a',
      endpoint: '',
      headers: { authorization: 'Bearer secret' },
      endpoints: { ask: () => Promise.reject(new Error('nobody is asked')) },
      by: 'Run by a test.',
      because: 'So.',
      end: () => Promise.resolve(),
    };
    const state: ChatState = { model, conversation: new Conversation(''), sampling: {}, showThoughts: true, multiLine: 'no', kept: [], stats: undefined };
    const context: SlashContext = {
      state,
      print: (text) => void printed.push(text),
      printAnswer: (text) => void printed.push(`answer: ${text}`),
      switchModel: (name) => Promise.resolve({ ...model, name }),
    };
    return { state, printed, run: (message: string) => runSlash(message, context) };
  };

  it.each(['/q', '/quit', '/bye', '/exit', 'quit', 'exit', ' /bye '])('%j leaves', async (message) => {
    expect(await start().run(message)).toBe('leave');
  });

  it.each(['quit smoking', 'hello', '\n'])('%j is a message', async (message) => {
    expect(await start().run(message)).toBeUndefined();
  });

  it('change what it works with', async () => {
    const { state, run, printed } = start();
    await run('/set parameter temperature 0.5');
    await run('/set system Be  brief.\nVery.');
    expect(state.sampling).toEqual({ temperature: 0.5 });
    expect(state.conversation.system).toBe('Be  brief.\nVery.');
    await run('/set nothink');
    expect(state.showThoughts).toBe(false);
    state.conversation.add({ role: 'user', content: 'q' }, { role: 'assistant', content: 'first' }, { role: 'assistant', content: 'last' });
    await run('/d');
    await run('/p 2');
    expect(printed.slice(-2)).toEqual(['answer: last', 'first']);
    await run('/model hub/b:2');
    expect(state).toMatchObject({ model: { name: 'hub/b:2' }, conversation: { turns: [] } });
    await run('/show info');
    expect(printed.join()).not.toContain('secret');
  });

  it.each(['/foo', '/set colour red', '/c nowhere', '/save', '/d 3', '/d x', '/show all'])('%j is refused with a hint', async (message) => {
    await expect(start().run(message)).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.any(String) });
  });

  it('say what can be set, and what it works with', async () => {
    const { run, printed } = start();
    await run('/set');
    for (const choice of ['/set parameter', '/set system', '/set think', '/set nothink']) expect(printed[0]).toContain(choice);
    await run('/show info');
    expect(printed[1]).toBe('hub/a:1. Run by a test. So.');
  });

  it('list themselves, and complete', async () => {
    const { run, printed } = start();
    for (const name of ['/help', '/?', '/h']) expect(await run(name)).toBe('stay');
    for (const known of ['/set', '/system', '/save', '/load', '/clear', '/model', '/stats', '/show', '/bye', '/m', '/M', '/n', '/N', '/L', '/lc'])
      expect(printed[0]).toContain(known);
    expect(completeSlash('/s')[0]).toEqual(expect.arrayContaining(['/save ', '/set ', '/show ', '/stats', '/system ']));
    expect(completeSlash('s')[0]).toEqual([]);
  });
});
