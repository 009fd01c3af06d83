// Puts the pinned Node and pnpm into .toolchain and the workspace's packages into node_modules. Nothing of the user's system is
// touched and no install script runs. What was interrupted leaves only a folder aside, which the next run takes away.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PLATFORM = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
/** What development needs where npm has no Node for this platform. */
const NEWEST_NEEDED = 24;

/**
 * @param {string} root the repository
 * @returns {{ node: string, bin: string }} the Node to run with, and the folder to put first on PATH
 */
export function prepare(root) {
  sweep(root);
  const node = toolchain(root);
  const bin = join(root, '.toolchain', 'bin');
  packages(root, { node, bin });
  return { node, bin };
}

function toolchain(root) {
  const home = join(root, '.toolchain');
  const lock = readFileSync(join(root, 'tools', 'toolchain', 'package-lock.json'));
  const stamp = `${PLATFORM} ${hash(lock)}`;
  if (!JSON.parse(lock.toString()).packages[`node_modules/node-${PLATFORM}`]) return ownNode(home);
  const node = join(home, 'node_modules', `node-${PLATFORM}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (read(join(home, 'stamp')) === stamp) return node;
  say('Fetching Node and pnpm …');
  build(root, { home, stamp });
  return node;
}

/** Built aside and renamed, so that it is there whole or not at all. */
function build(root, { home, stamp }) {
  const aside = `${home}-${process.pid}`;
  mkdirSync(join(aside, 'bin'), { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(root, 'tools', 'toolchain', file), join(aside, file));
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  call(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--cache', join(aside, 'npm')], {
    cwd: aside,
    env: plainEnvironment(),
    shell: process.platform === 'win32',
  });
  for (const [name, target] of executables(aside)) symlinkSync(target, join(aside, 'bin', name));
  rmSync(join(aside, 'npm'), { recursive: true, force: true });
  writeFileSync(join(aside, 'stamp'), stamp);
  if (existsSync(home)) renameSync(home, `${aside}-old`);
  renameSync(aside, home);
  rmSync(`${aside}-old`, { recursive: true, force: true });
}

/** Names on PATH and what they lead to, relative to `bin`, so that the folder can be renamed. */
function executables(aside) {
  const modules = join(aside, 'node_modules');
  const pnpm = existsSync(join(modules, '@pnpm')) ? readdirSync(join(modules, '@pnpm')).find((name) => name.startsWith('exe.')) : undefined;
  return [['node', `../node_modules/node-${PLATFORM}/bin/node`], ...(pnpm ? [['pnpm', `../node_modules/@pnpm/${pnpm}/pnpm`]] : [])];
}

function ownNode(home) {
  if (Number(process.versions.node.split('.')[0]) < NEWEST_NEEDED) {
    throw new Error(`npm has no Node for ${PLATFORM}: install Node ${NEWEST_NEEDED} or newer and pnpm 12, then run this again.`);
  }
  mkdirSync(join(home, 'bin'), { recursive: true });
  return process.execPath;
}

function packages(root, { bin }) {
  const lock = readFileSync(join(root, 'pnpm-lock.yaml'));
  const stamp = hash(lock);
  const marker = join(root, 'node_modules', '.ilab-stamp');
  if (read(marker) === stamp) return;
  say('Installing packages …');
  const own = join(root, '.toolchain', 'pnpm');
  const env = {
    ...plainEnvironment(),
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
    CI: 'true',
    XDG_CACHE_HOME: join(own, 'cache'),
    XDG_DATA_HOME: join(own, 'data'),
    XDG_STATE_HOME: join(own, 'state'),
  };
  call('pnpm', ['install', '--frozen-lockfile', '--ignore-scripts', '--reporter=append-only', '--loglevel=error', `--store-dir=${join(own, 'store')}`], {
    cwd: root,
    env,
  });
  writeFileSync(marker, stamp);
}

/** Its standard output goes to standard error: ours is the task's. */
function call(program, args, options) {
  try {
    execFileSync(program, args, { stdio: ['ignore', 2, 2], ...options });
  } catch (error) {
    throw new Error(
      `${program} ${args[0]} failed (${error.code ?? `exit ${error.status}`}). Is the npm registry reachable? Run the same command again to go on.`,
    );
  }
}

/** Folders that runs which are no more left aside. */
function sweep(root) {
  for (const name of readdirSync(root)) {
    const pid = /^\.toolchain-(\d+)(?:-old)?$/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(?!config_)/i.test(key)));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function hash(content) {
  return createHash('sha256').update(content).digest('hex');
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
