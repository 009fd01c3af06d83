// The root scripts: brings the pinned Node and pnpm, then runs a task with them. Needs Node 20 and npm, and nothing installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './toolchain/prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning'];

/** What each script runs, and with what options of Node's; `callerDirectory`: where the user stood, not the root; without a script: only brings what the others run with. */
const TASKS = {
  prepare: {},
  demo: { script: 'tools/demo/src/main.ts' },
  ilab: { script: 'packages/cli/bin/dev.js', callerDirectory: true },
  test: { script: 'tools/checks/src/run-tests.ts' },
  'test:full': { script: 'tools/checks/src/run-tests.ts', args: ['--full'] },
  check: { script: 'tools/checks/src/run-checks.ts' },
  bench: { script: 'tools/bench/src/main.ts', node: ['--expose-gc'] },
  build: { script: 'tools/checks/src/build.ts' },
  docs: { script: 'tools/checks/src/write-docs.ts' },
  'install-runners': { script: 'tools/e2e/src/install-runners.ts' },
  lint: { script: 'tools/checks/src/lint.ts' },
  site: { script: 'tools/site/src/main.ts' },
  sbom: { script: 'tools/release/src/main.ts', callerDirectory: true },
};

const [name = '', ...rest] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
if (!task) {
  process.stderr.write(`There is no task “${name}”. There are: ${Object.keys(TASKS).join(', ')}.\n`);
  process.exit(2);
}

try {
  const { node, bin } = prepare(root);
  if (task.script) run(node, bin);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function run(node, bin) {
  const callerDirectory = process.env.INIT_CWD;
  const cwd = task.callerDirectory && callerDirectory && existsSync(callerDirectory) ? callerDirectory : root;
  const args = [...SOURCES, ...(task.node ?? []), join(root, task.script), ...(task.args ?? []), ...rest];
  const child = spawn(node, args, { cwd, stdio: 'inherit', env: { ...ownEnvironment(), PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` } });
  // A terminal sends Ctrl-C to both; the child decides what comes of it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** npm sets variables for its scripts that change what pnpm and the programs under test do. */
function ownEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_|^INIT_CWD$/i.test(key)));
}
