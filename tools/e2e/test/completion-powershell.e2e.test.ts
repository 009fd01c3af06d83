import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createWorkspace, findProgram, installCompletion, lacking, mustRun, root } from '../src/index.ts';

const noShell = lacking('pwsh');
const GRAMMAR = join(root, '.tools', 'powershell', 'node_modules');
const noGrammar = existsSync(GRAMMAR) ? undefined : 'tree-sitter-powershell not installed: see tools/install-test-tools.sh';

interface Tree {
  readonly rootNode: { readonly hasError: boolean; toString(): string };
}

/** What another party's grammar of PowerShell makes of a text. */
async function parsed(text: string): Promise<Tree['rootNode']> {
  const { Language, Parser } = (await import(pathToFileURL(join(GRAMMAR, 'web-tree-sitter', 'web-tree-sitter.js')).href)) as {
    readonly Language: { load(path: string): Promise<unknown> };
    readonly Parser: { new (): { setLanguage(language: unknown): void; parse(text: string): Tree }; init(): Promise<void> };
  };
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(join(GRAMMAR, 'tree-sitter-powershell', 'tree-sitter-powershell.wasm')));
  return parser.parse(text).rootNode;
}

async function script(): Promise<string> {
  const workspace = await createWorkspace();
  onTestFinished(() => workspace.remove());
  const { stdout } = await workspace.ilab(['completion', 'powershell']);
  return stdout;
}

describe.skipIf(noGrammar)(`the script for PowerShell${noGrammar ? `: ${noGrammar}` : ''}`, () => {
  it('is PowerShell, by its grammar', async () => {
    const text = await script();
    const tree = await parsed(text);
    expect(tree.hasError, tree.toString()).toBe(false);
    expect(tree.toString()).toContain('script_block_expression');
    for (const fault of [text.replace('{', ''), text.replace(') {', '{'), text.replace("'ParameterValue'", "'ParameterValue")])
      expect((await parsed(fault)).hasError, fault).toBe(true);
  });
});

describe.skipIf(noShell)(`completion in PowerShell${noShell ? `: ${noShell}` : ''}`, () => {
  it('completes commands, flags and their words', async () => {
    const workspace = await createWorkspace();
    onTestFinished(() => workspace.remove());
    const { env } = await installCompletion(workspace, 'bash', 'bash');
    const path = join(workspace.home, 'ilab.ps1');
    await writeFile(path, await script());
    const complete = async (line: string): Promise<readonly string[]> => {
      const command = `. '${path}'; (TabExpansion2 -inputScript '${line}' -cursorColumn ${line.length}).CompletionMatches.CompletionText`;
      const shell = findProgram('pwsh') ?? 'pwsh';
      const stdout = await mustRun(shell, ['-NoProfile', '-NonInteractive', '-Command', command], { cwd: dirname(path), env });
      return stdout.trim().split(/\r?\n/);
    };
    expect(await complete('ilab mod')).toEqual(['model']);
    expect(await complete('ilab model path --pull ')).toEqual(['always', 'missing', 'never', 'newer']);
    expect(await complete('ilab model path --pull=n')).toEqual(['--pull=never', '--pull=newer']);
  });
});
