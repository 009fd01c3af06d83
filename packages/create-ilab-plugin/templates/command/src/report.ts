import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { type Command, type CommandRun, IlabError } from '@ilab/plugin-api';

interface File {
  readonly path: string;
  readonly bytes: number;
}

const DEFAULT_MOST = 10;
/** Milliseconds. Who says nothing for eight seconds is ended. */
const TELL_EVERY = 1000;

/** Shows the largest files of a model. Put the work of your command here: it may read the model and its own package, and nothing else. */
export function createShelfReport(): Command {
  return {
    async run({ flags, args, model }, run) {
      if (!model) throw new IlabError('E_USAGE', 'There is no model to report on.', { hint: 'Name one: --model REF' });
      const most = Number(flags['most'] ?? DEFAULT_MOST);
      if (most < 1) throw new IlabError('E_USAGE', 'There is nothing to show.', { hint: 'Give --most a number from 1 on.' });
      const files = await filesOf(model.path, run);
      const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, most);
      run.print(args['TITLE'] ?? model.reference);
      for (const { path, bytes } of largest) run.print(`${String(bytes).padStart(15)}  ${path}`);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const result = { reference: model.reference, files: files.length, bytes, largest: largest.map((file) => ({ ...file })) };
      return { result, exitCode: files.some((file) => file.bytes === 0) ? 1 : 0 };
    },
  };
}

/** Every file of a model, which may be one file or a folder. */
async function filesOf(place: string, { signal, progress }: CommandRun): Promise<readonly File[]> {
  const whole = await stat(place);
  if (whole.isFile()) return [{ path: basename(place), bytes: whole.size }];
  const files: File[] = [];
  let told = Date.now();
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
    signal.throwIfAborted();
    if (Date.now() - told > TELL_EVERY) {
      progress(`${files.length} files`);
      told = Date.now();
    }
    const path = join(entry.parentPath, entry.name);
    // Files of a store may be links.
    const found = await stat(path);
    if (found.isFile()) files.push({ path: relative(place, path), bytes: found.size });
  }
  return files;
}
