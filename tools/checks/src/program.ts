import { spawn } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  /** Standard output and standard error together. */
  readonly output: string;
}

/** Runs a program to its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** A check that is a program: all it prints is what is wrong. */
export async function programProblems(program: string, args: readonly string[], cwd: string): Promise<readonly string[]> {
  const { code, output } = await runProgram(program, args, { cwd });
  return code === 0 ? [] : output.trim().split('\n');
}
