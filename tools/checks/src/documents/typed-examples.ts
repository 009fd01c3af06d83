import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { runProgram } from '../program.ts';
import type { Page } from './pages.ts';

/** Examples of pages outside packages are compiled where every package can be imported. */
const ELSEWHERE = 'tools/checks';
const FOLDER = '.examples';

/** What the compiler says of names that an example leaves to its reader: they are not declared, so their types are not known. */
const LEFT_OUT = /error TS(?:2304|2552|18004|7005|7006|7031|7034|6133): /;

type Example = { readonly page: string; readonly line: number; readonly file: string; readonly code: string };

/** Compiles the TypeScript of pages, each example as a module of the package whose page it is. @returns what the compiler says, by page and line */
export async function typeProblems(root: string, pages: readonly Page[]): Promise<readonly string[]> {
  const examples = pages.flatMap(examplesOf);
  const project = join(root, FOLDER, 'tsconfig.json');
  const folders = [...new Set([FOLDER, ...examples.map(({ file }) => dirname(file))])];
  try {
    for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
    for (const { file, code } of examples) await writeFile(join(root, file), code);
    await writeFile(project, JSON.stringify(projectOf(examples)));
    const { code, output } = await runProgram('pnpm', ['exec', 'tsc', '--noEmit', '--pretty', 'false', '-p', project], { cwd: root });
    const said = code === 0 ? [] : output.trim().split('\n');
    return said.filter((line) => !LEFT_OUT.test(line)).map((line) => inPage(line, examples));
  } finally {
    for (const folder of folders) await rm(join(root, folder), { recursive: true, force: true });
  }
}

function examplesOf({ path, fences }: Page): readonly Example[] {
  const owner = /^(?:packages|plugins|tools)\/[^/]+(?=\/)/.exec(path)?.[0] ?? ELSEWHERE;
  return fences
    .filter(({ language }) => language === 'ts')
    .map(({ line, code }) => ({ page: path, line, code, file: `${owner}/${FOLDER}/${path.replace(/\W+/g, '-')}-${line}.ts` }));
}

function projectOf(examples: readonly Example[]): object {
  return {
    extends: '../tsconfig.base.json',
    compilerOptions: { noEmit: true, customConditions: ['@ilab/source'], noUnusedLocals: false, moduleDetection: 'force', types: ['node'] },
    files: examples.map(({ file }) => relative(FOLDER, file)),
  };
}

/** A line of the compiler's, with the page in place of the file that it was written to. */
function inPage(line: string, examples: readonly Example[]): string {
  const found = examples.find(({ file }) => line.includes(file));
  const at = /\((\d+),\d+\)/.exec(line)?.[1];
  return found === undefined || at === undefined ? line : `${found.page}:${found.line + Number(at) - 1}: ${line.replace(/^.*?\): /, '')}`;
}
