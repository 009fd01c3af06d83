import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A case to run, of one adapter. */
export interface WantedCase {
  /** As its `describe` has it. */
  readonly adapter: string;
  /** Part of the case’s title; absent: all of its cases. */
  readonly title?: string;
}

/** What became of a case. */
export interface RunCase {
  readonly adapter: string;
  readonly title: string;
  readonly status: string;
}

type Report = { readonly testResults: readonly { readonly assertionResults: readonly Assertion[]; readonly message: string }[] };
type Assertion = { readonly ancestorTitles: readonly string[]; readonly title: string; readonly status: string };

const CONFIGURATION = fileURLToPath(new URL('../suites/vitest.config.ts', import.meta.url));
/** Milliseconds after which something is wrong. */
const PATIENCE = 110_000;

/** Runs cases of the suites, in a run of their own, since they have to fail. */
export async function runSuites(wanted: readonly WantedCase[]): Promise<readonly RunCase[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-contracts-'));
  try {
    const path = join(directory, 'report.json');
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const names = wanted.map(({ adapter, title = '' }) => `${literal(adapter)} .*${literal(title)}`);
    const args = ['run', `--config=${CONFIGURATION}`, '--reporter=json', `--outputFile=${path}`, '--testNamePattern', `^(?:${names.join('|')})`];
    const output = await run(['--conditions=@ilab/source', vitest, ...args]);
    const { testResults } = JSON.parse(await readFile(path, 'utf8').catch(() => Promise.reject(new Error(output)))) as Report;
    const unread = testResults.find(({ assertionResults }) => assertionResults.length === 0);
    if (unread) throw new Error(unread.message);
    return testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(({ ancestorTitles: [adapter = ''], title, status }) => ({ adapter, title, status })),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function run(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE, killSignal: 'SIGKILL' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', () => resolve(output)));
}
