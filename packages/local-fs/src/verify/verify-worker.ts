import { parentPort } from 'node:worker_threads';
import { hashFile, type HashOutcome, type HashTask } from './hash-file.ts';

/** What a thread says: how far it is in its file, or what came out. */
export type WorkerMessage = { readonly read: number } | HashOutcome;

parentPort?.on('message', (task: HashTask) => {
  const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
  say(hashFile(task, (read) => say({ read })));
});
