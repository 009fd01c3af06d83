import type { ChildProcess } from 'node:child_process';
import type { Outcome } from '../run.ts';

/** How a program ended that may have been killed. */
export type Ending = Outcome & { readonly signal: NodeJS.Signals | null };

export function outcomeOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
