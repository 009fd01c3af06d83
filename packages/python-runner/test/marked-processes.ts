import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The variable that marks the processes of one test, whoever their parent is by now. */
export const MARK = 'ILAB_TEST_MARK';

/** Living processes with a mark. Linux only. */
export function marked(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`${MARK}=${mark}\0`) && !/\) Z /.test(read(`/proc/${pid}/stat`)));
}

/** Waits until none is left. @returns those that are, after a time */
export async function leftOf(mark: string, seconds: number): Promise<readonly number[]> {
  const until = Date.now() + seconds * 1000;
  while (marked(mark).length > 0 && Date.now() < until) await sleep(50);
  return marked(mark);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
