import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './checks/build.ts';
import { slowestFiles, type TimedFile } from './slowest-files.ts';
import { countTests, type EndedFile, mergeRuns, worthAnotherRun } from './unsteady-tests.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const [, , ...args] = process.argv;
const full = args.includes('--full');

/** How a vitest run ended, as its JSON reporter tells it. */
type Run = { readonly code: number; readonly success: boolean; readonly testResults: readonly (TimedFile & EndedFile)[] };

// Tests install the packed command line, so it has to be built from these very sources.
const broken = await build.run(root);
process.stderr.write(broken.map((line) => `${line}\n`).join(''));
const directory = await mkdtemp(join(tmpdir(), 'ilab-tests-'));
try {
  const first = await vitest(args.filter((argument) => argument !== '--full'));
  const suspects = worthAnotherRun(first.testResults);
  const second = suspects.length > 0 ? await vitest(['--no-file-parallelism', ...suspects.map((name) => relative(root, name))]) : undefined;
  const { files, unsteady } = mergeRuns(first.testResults, second?.testResults ?? []);
  const { passed, failed, skipped } = countTests(files);
  const isWell = failed === 0 && (second ?? first).code === 0 && (second ?? first).success && broken.length === 0;
  process.exitCode = isWell ? 0 : 1;
  process.stdout.write(`${slowestFiles(files, root).join('\n')}\n`);
  for (const { file, test } of unsteady) process.stdout.write(`UNSTEADY, failed beside others and passed alone: ${relative(root, file)}: ${test}\n`);
  process.stdout.write(`${passed} passed, ${Math.max(failed, process.exitCode)} failed, ${skipped} skipped\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}

async function vitest(filters: readonly string[]): Promise<Run> {
  const report = join(directory, 'report.json');
  const child = spawn('pnpm', ['exec', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(full && { ILAB_TEST_FULL: '1' }) },
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
  const { success, testResults } = JSON.parse(await readFile(report, 'utf8')) as Omit<Run, 'code'>;
  await rm(report);
  return { code, success, testResults };
}
