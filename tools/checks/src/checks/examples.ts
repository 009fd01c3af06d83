import { configSchema } from '@ilab/sdk/config-schema';
import type { Fence } from '@ilab/site/markdown';
import { safeParse } from 'valibot';
import { parse } from 'yaml';
import type { Check } from '../check.ts';
import { readPages } from '../documents/pages.ts';
import { ilabCalls } from '../documents/shell-calls.ts';
import { notUnderstood } from '../documents/understood.ts';

/** Sections that only our configuration has. */
const OURS = ['models', 'chat', 'serve', 'generate', 'train', 'evaluate', 'rag'];

/** What is wrong with a block of code, by its language; each says it from the block's first line on. */
const READERS: Readonly<Record<string, (code: string) => Promise<readonly string[]>>> = {
  sh: (code) => callProblems(code, false),
  shell: (code) => callProblems(code, false),
  console: (code) => callProblems(code, true),
  json: async (code) => jsonProblems(code),
  yaml: async (code) => yamlProblems(code),
};

/** Languages whose examples are looked at elsewhere, or by nobody: TypeScript is compiled with all others of its kind, diagrams are drawn by the site's test. */
const OTHERS = ['', 'ts', 'toml', 'mermaid', 'html', 'python', 'js', 'dockerfile', 'ini'];

/** Examples are what the code takes: commands with their options, configurations, and JSON. */
export const examples: Check = {
  name: 'examples',
  async run(root) {
    const problems: string[] = [];
    for (const { path, fences } of await readPages(root)) {
      for (const fence of fences) problems.push(...(await fenceProblems(fence)).map((problem) => `${path}:${fence.line}: ${problem}`));
    }
    return problems;
  },
};

async function fenceProblems({ language, code }: Fence): Promise<readonly string[]> {
  const read = READERS[language];
  if (read) return read(code);
  return OTHERS.includes(language) ? [] : [`“${language}” is no language that examples are in`];
}

async function callProblems(code: string, prompted: boolean): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { words } of ilabCalls(code, { prompted })) {
    const problem = await notUnderstood(words);
    if (problem !== undefined) problems.push(`ilab ${words.join(' ')}: ${problem}`);
  }
  return problems;
}

function jsonProblems(code: string): readonly string[] {
  // A part of an object is an example, too.
  for (const text of [code, `{${code}}`]) {
    try {
      JSON.parse(text);
      return [];
    } catch {}
  }
  return ['is no JSON'];
}

function yamlProblems(code: string): readonly string[] {
  try {
    const value: unknown = parse(code);
    if (typeof value !== 'object' || value === null || !OURS.some((key) => Object.hasOwn(value, key))) return [];
    const { issues = [] } = safeParse(configSchema, value);
    return issues.map(({ message, path }) => `${path?.map(({ key }) => String(key)).join('.') ?? ''}: ${message}`);
  } catch (error) {
    return [error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)];
  }
}
