import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IlabError, type Runner } from '@ilab/core';

const LINES = 10;
/** Milliseconds that a line takes. */
const PACE = 20;

/**
 * A runner that generates the same few lines whatever it is given. For tests of what uses runners, and the proof that
 * {@link runnerContract} can be passed. It knows one parameter, `lines`.
 */
export function createStandInRunner(name: string = 'stand-in'): Runner {
  return {
    name,
    tasks: ['generate'],
    async fit({ task }) {
      if (task === 'generate') return { fits: true, because: 'It needs nothing.' };
      return { fits: false, because: `It generates, and can’t ${task}.`, hint: 'Take another runner.' };
    },
    async run({ parameters, output }, report, { signal }) {
      signal?.throwIfAborted();
      const { lines = LINES, ...others } = parameters;
      const [unknown] = Object.keys(others);
      if (unknown !== undefined) throw new IlabError('E_USAGE', `${name} has no parameter “${unknown}”.`, { hint: 'It knows “lines”.' });
      const total = Number(lines);
      const text: string[] = [];
      for (let done = 1; done <= total; done += 1) {
        await sleep(PACE, undefined, { signal });
        text.push(JSON.stringify({ text: `line ${done}` }));
        report({ type: 'progress', done, total, unit: 'lines' });
      }
      await writeFile(join(output, 'data.jsonl'), `${text.join('\n')}\n`);
      report({ type: 'artifact', kind: 'dataset', path: 'data.jsonl' });
      return { summary: { lines: total } };
    },
  };
}
