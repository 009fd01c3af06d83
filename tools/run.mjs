// The root scripts: brings the pinned Node and pnpm, then runs a task with them. Needs Node 20 and npm, and nothing installed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './toolchain/prepare.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning'];

/** What each script runs; `callerDirectory`: where the user stood, not the root. */
const TASKS = {
  demo: { args: [...SOURCES, 'tools/demo/src/main.ts'] },
  ilab: { args: [...SOURCES, 'packages/cli/bin/dev.js'], callerDirectory: true },
  test: { args: [...SOURCES, 'tools/checks/src/run-tests.ts'] },
  'test:full': { args: [...SOURCES, 'tools/checks/src/run-tests.ts', '--full'] },
  check: { args: [...SOURCES, 'tools/checks/src/run-checks.ts'] },
  bench: { args: [...SOURCES, '--expose-gc', 'tools/bench/src/main.ts'] },
  build: { args: [...SOURCES, 'tools/checks/src/build.ts'] },
  lint: { args: [...SOURCES, 'tools/checks/src/lint.ts'] },
};

const [name = '', ...rest] = process.argv.slice(2);
const task = Object.hasOwn(TASKS, name) ? TASKS[name] : undefined;
if (!task) {
  process.stderr.write(`There is no task “${name}”. There are: ${Object.keys(TASKS).join(', ')}.\n`);
  process.exit(2);
}

try {
  const { node, bin } = prepare(root);
  run(node, bin);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

function run(node, bin) {
  const callerDirectory = process.env.INIT_CWD;
  const cwd = task.callerDirectory && callerDirectory && existsSync(callerDirectory) ? callerDirectory : root;
  const [script, ...before] = [...task.args].reverse();
  const args = [...before.reverse(), join(root, script), ...rest];
  const child = spawn(node, args, { cwd, stdio: 'inherit', env: { ...ownEnvironment(), PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` } });
  // A terminal sends Ctrl-C to both; the child decides what comes of it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

/** npm sets variables for its scripts that change what pnpm and the programs under test do. */
function ownEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_|^INIT_CWD$/i.test(key)));
}
