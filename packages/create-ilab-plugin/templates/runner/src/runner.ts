import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineContext, IlabError, type Json, type Runner } from '@ilab/plugin-api';

/** Milliseconds that a line takes here. */
const PACE = 20;

/** Generates a few lines that are always the same. Put your own work here. */
export function createShelfRunner(name: string, { logger }: EngineContext): Runner {
  return {
    name,
    tasks: ['generate'],
    async fit({ task }) {
      if (task === 'generate') return { fits: true, because: 'It needs nothing but Node.' };
      return { fits: false, because: `It generates data, and can’t ${task}.`, hint: 'Take another runner.' };
    },
    async run({ parameters, output }, report, { signal }) {
      signal?.throwIfAborted();
      const lines = readParameters(parameters);
      logger.debug(`${name}: ${lines} lines`);
      const text: string[] = [];
      for (let done = 1; done <= lines; done += 1) {
        await sleep(PACE, undefined, signal && { signal });
        text.push(JSON.stringify({ messages: [{ role: 'user', content: `Question ${done}` }] }));
        report({ type: 'progress', done, total: lines, unit: 'lines' });
      }
      // Everything goes below the job's folder, and is told of once it is whole.
      await writeFile(join(output, 'data.jsonl'), `${text.join('\n')}\n`);
      report({ type: 'artifact', kind: 'dataset', path: 'data.jsonl' });
      return { summary: { lines } };
    },
  };
}

/** @throws IlabError E_USAGE for what it doesn't know: a misspelt parameter must not pass for the default */
function readParameters({ lines = 10, ...others }: Readonly<Record<string, Json>>): number {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new IlabError('E_USAGE', `There is no parameter “${unknown}”.`, { hint: 'It knows “lines”.' });
  if (typeof lines === 'number' && Number.isInteger(lines) && lines > 0) return lines;
  throw new IlabError('E_USAGE', '“lines” is no number of lines.', { hint: 'Give a whole number above 0.' });
}
