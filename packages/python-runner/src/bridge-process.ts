import { fileURLToPath } from 'node:url';
import { IlabError, type Json, type RunnerEvent, type RunnerJob, type RunnerResult } from '@ilab/plugin-api';
import { boundedLines, startGroup } from '@ilab/programs';
import { type BridgeEnd, LONGEST_LINE, parseMessage } from './messages.ts';

const LAUNCH = fileURLToPath(new URL('../python/launch.py', import.meta.url));
const LONGEST_LOG = 4096;
const LAST_WORDS = 12;

export interface BridgeProcess {
  /** As errors call it. */
  readonly name: string;
  /** The interpreter. */
  readonly python: string;
  /** The bridge's file. */
  readonly bridge: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly job: RunnerJob;
}

/**
 * Has a bridge do a job, in a group of processes of its own. However this ends, also by our death, nothing of it goes on running.
 * @throws IlabError what the bridge says; E_ENGINE when it ended without a word. The signal's reason when it is aborted
 */
export async function runBridge(
  { name, python, bridge, variables, job }: BridgeProcess,
  report: (event: RunnerEvent) => void,
  { signal }: { readonly signal?: AbortSignal },
): Promise<RunnerResult> {
  const { child, ended } = startGroup(python, ['-I', '-u', LAUNCH, bridge], {
    cwd: job.output,
    env: { ...variables },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let end: BridgeEnd | undefined;
  const lastWords: string[] = [];
  const events = boundedLines(LONGEST_LINE, (line, cut) => {
    const message = cut ? undefined : parseMessage(line);
    if (message?.type === 'result' || message?.type === 'error') end ??= message;
    // After the end nothing more can be told.
    else if (message && !end) report(message);
  });
  const logs = boundedLines(LONGEST_LOG, (line) => {
    lastWords.push(line);
    if (lastWords.length > LAST_WORDS) lastWords.shift();
    report({ type: 'log', line });
  });
  const told = child.stdio[3];
  child.stderr?.on('data', logs.take).on('end', logs.end);
  if (told && 'on' in told) told.on('data', events.take).on('end', events.end);
  // It may be gone before it has read its job; how it ended tells more than that.
  child.stdin?.on('error', () => undefined);
  // The line stays open: its end is how the other side learns that we are no more.
  child.stdin?.write(`${JSON.stringify(job satisfies RunnerJob)}\n`);
  const { code, signal: killed } = await ended;
  signal?.throwIfAborted();
  if (end?.type === 'result' && code === 0) return { summary: end.summary };
  if (end?.type === 'error')
    throw new IlabError(end.code, `${name}: ${end.message}`, { ...(end.hint !== '' && { hint: end.hint }), details: { log: lastWords } });
  const how = killed === null ? `ended with code ${code}` : `was killed by ${killed}`;
  throw new IlabError('E_ENGINE', `${name} ${how} and did not say why.`, {
    hint: lastWords.length > 0 ? `Its last words: ${lastWords.at(-1)}` : 'Run it again with ILAB_DEBUG=1.',
    details: { log: lastWords satisfies Json },
  });
}
