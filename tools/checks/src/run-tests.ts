import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './checks/build.ts';
import { slowestFiles, type TimedFile } from './slowest-files.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [, , ...args] = process.argv;
const full = args.includes('--full');

/** Sums of a vitest run, as its JSON reporter has them. */
type Summary = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
  readonly testResults: readonly TimedFile[];
};

// Tests install the packed command line, so it has to be built from these very sources.
const broken = await build.run(root);
process.stderr.write(broken.map((line) => `${line}\n`).join(''));
const directory = await mkdtemp(join(tmpdir(), 'ilab-tests-'));
try {
  const report = join(directory, 'report.json');
  const code = await vitest(
    report,
    args.filter((argument) => argument !== '--full'),
  );
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success, testResults } = JSON.parse(await readFile(report, 'utf8')) as Summary;
  process.exitCode = code === 0 && success && broken.length === 0 ? 0 : 1;
  process.stdout.write(`${slowestFiles(testResults, root).join('\n')}\n`);
  // A file that can't even be loaded has no tests to count.
  const failed = Math.max(numFailedTests, process.exitCode);
  process.stdout.write(`${numPassedTests} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

function vitest(report: string, filters: readonly string[]): Promise<number> {
  const child = spawn('pnpm', ['exec', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(full && { ILAB_TEST_FULL: '1' }) },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
