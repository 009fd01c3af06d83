import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CLI = join(root, 'packages', 'cli', 'bin', 'dev.js');
/** The packages of llama.cpp that tests use, where they are installed. */
const PACKAGES = join(root, '.tools', 'engines', 'llama-cpp');

const runFile = promisify(execFile);

/** The command line from its sources, for a user whose home directory is `home`. */
export type RunIlab = (args: readonly string[]) => Promise<string>;

export function ilabOf(home: string, env: Environment): RunIlab {
  return async (args) => {
    const started = runFile(process.execPath, [...COMMAND, ...args], { cwd: home, env: environmentOf(home, env) });
    started.child.stdin?.end();
    return (await started).stdout.trim();
  };
}

/** Behind Node's own name. */
export const COMMAND: readonly string[] = ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning', CLI];

type Environment = Readonly<Record<string, string | undefined>>;

export function environmentOf(home: string, env: Environment): Environment {
  return { ...env, HOME: home, ...ownRegistry() };
}

/** npm asks whom the user has it ask. */
function ownRegistry(): Readonly<Record<string, string>> {
  const registry = Object.entries(process.env).filter(([name, value]) => /^npm_config_(?:registry|userconfig)$/i.test(name) && value !== undefined);
  return { npm_config_userconfig: join(homedir(), '.npmrc'), ...(Object.fromEntries(registry) as Readonly<Record<string, string>>) };
}

/** Brings llama.cpp: what the tests have of it, else some 85 MB from npm. */
export async function bringEngine(ilab: RunIlab, home: string): Promise<void> {
  if (existsSync(join(PACKAGES, 'node_modules'))) {
    const engine = join(home, '.local', 'share', 'ilab', 'engines', 'llama-cpp');
    await mkdir(engine, { recursive: true });
    await symlink(PACKAGES, join(engine, 'packages'));
  }
  await ilab(['engine', 'install', join(root, 'plugins', 'llama-cpp'), '--yes']);
}
