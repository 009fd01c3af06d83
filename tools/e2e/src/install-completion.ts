import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { mustRun } from './run.ts';
import { CLI, type Workspace } from './workspace.ts';

/** A shell that was taught to complete as docs/completion.md says; its prompt is `> `. */
export interface CompletingShell {
  /** How to start it. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `ilab` on the path of a workspace, and the files with which a shell starts. */
export async function installCompletion({ home, env }: Workspace, shell: 'bash' | 'zsh' | 'fish', program: string): Promise<CompletingShell> {
  const bin = join(home, 'bin');
  await mkdir(bin, { recursive: true });
  await symlink(CLI, join(bin, 'ilab')).catch(() => undefined);
  const path = [bin, dirname(process.execPath), env['PATH']].join(delimiter);
  const withPath = { ...env, PATH: path };
  if (shell === 'fish') {
    const completions = join(home, '.config', 'fish', 'completions');
    await mkdir(completions, { recursive: true });
    // Where it is, fish doesn't write completions of all manuals into it, in the background.
    await mkdir(join(home, '.local', 'share', 'fish', 'generated_completions'), { recursive: true });
    await writeFile(join(completions, 'ilab.fish'), await mustRun(join(bin, 'ilab'), ['completion', 'fish'], { cwd: home, env: withPath }));
    // What it suggests without being asked looks like an answer.
    const start = 'function fish_prompt; printf "> "; end; set -g fish_greeting; set -g fish_autosuggestion_enabled 0';
    return { command: [program, '-C', start], env: withPath };
  }
  const prompt = shell === 'bash' ? "PS1='> '" : "PROMPT='> '";
  const file = join(home, shell === 'bash' ? 'bashrc' : '.zshrc');
  await writeFile(file, `${prompt}\neval "$(ilab completion ${shell})"\n`);
  return shell === 'bash'
    ? { command: [program, '--noprofile', '--rcfile', file, '-i'], env: withPath }
    : { command: [program, '-o', 'NO_GLOBAL_RCS', '-i'], env: { ...withPath, ZDOTDIR: home } };
}
