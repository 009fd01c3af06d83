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
    try {
      return (await started).stdout.trim();
    } catch (cause) {
      const { stderr = '' } = cause as { readonly stderr?: string };
      throw new Error(`ilab ${args.join(' ')}\n${stderr.slice(Math.max(0, stderr.indexOf('Error ['))).trim()}`, { cause });
    }
  };
}

/** Behind Node's own name. */
export const COMMAND: readonly string[] = ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning', CLI];

type Environment = Readonly<Record<string, string | undefined>>;

export function environmentOf(home: string, env: Environment): Environment {
  return { ...env, HOME: home, ...wayToNpm() };
}

/** npm asks whom the user has it ask, by the way that the user's network needs. */
function wayToNpm(): Environment {
  const way = Object.entries(process.env).filter(([name]) =>
    /^(?:npm_config_(?:registry|userconfig|globalconfig|cafile)|NODE_EXTRA_CA_CERTS|(?:https?|no)_proxy)$/i.test(name),
  );
  return { npm_config_userconfig: join(homedir(), '.npmrc'), ...Object.fromEntries(way) };
}

/** Whether the engine has to be fetched: tests keep its packages in the repository. */
export function engineIsFar(): boolean {
  return !existsSync(join(PACKAGES, 'node_modules'));
}

/** Brings llama.cpp, from where tests have it or else from npm. */
export async function bringEngine(ilab: RunIlab, home: string): Promise<void> {
  if (!engineIsFar()) {
    const engine = join(home, '.local', 'share', 'ilab', 'engines', 'llama-cpp');
    await mkdir(engine, { recursive: true });
    await symlink(PACKAGES, join(engine, 'packages'));
  }
  await ilab(['engine', 'install', join(root, 'plugins', 'llama-cpp'), '--yes']);
}
