// Loaded before the command line by `--import`: names this process's threads and waits until a tracer has attached to them.
import { closeSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';

const [TELL, WAIT] = [3, 4];

// Workers load it too.
if (isMainThread) {
  // The first call brings the thread pool up.
  await access('/');
  const threads = readdirSync('/proc/self/task').map((id) => [readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim(), Number(id)]);
  writeSync(TELL, `${JSON.stringify(threads)}\n`);
  readSync(WAIT, Buffer.alloc(1));
  closeSync(TELL);
  closeSync(WAIT);
}
