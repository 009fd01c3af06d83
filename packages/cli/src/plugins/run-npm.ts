import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { IlabError } from '@ilab/sdk';

/** How a line of npm's begins that says what is wrong, in words; others have the parts of the system's error. */
const SENTENCE = /^npm (?:error|ERR!) (?!(?:code|syscall|path|errno|dest) )(?:enoent )?/;

export interface NpmOptions {
  /** Whose `node_modules` it is about. */
  readonly dataDir: string;
  readonly signal: AbortSignal;
  /** Without what packages call optional: builds for other platforms and GPUs, hundreds of megabytes. */
  readonly lean?: boolean;
}

/**
 * Runs npm for a folder of added packages; install scripts never run.
 * @throws IlabError E_PLUGIN_BROKEN with npm's own last words, or that npm is not there
 */
export async function runNpm(command: 'install' | 'uninstall', packages: readonly string[], { dataDir, signal, lean = false }: NpmOptions): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const args = [
    command,
    '--prefix',
    dataDir,
    '--ignore-scripts',
    '--save-exact',
    '--package-lock=true',
    '--omit=dev',
    ...(lean ? ['--omit=optional'] : []),
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
    '--',
    ...packages,
  ];
  const { code, output } = await run(args, signal);
  if (code === 0) return;
  const said = output.split('\n').find((line) => SENTENCE.test(line)) ?? '';
  throw new IlabError(
    'E_PLUGIN_BROKEN',
    `npm could not ${command} ${packages.join(' ') || 'what was there'}${said === '' ? '.' : `: ${said.replace(SENTENCE, '')}`}`,
    {
      hint: 'Check the name, and that npm can reach its registry.',
    },
  );
}

function run(args: readonly string[], signal: AbortSignal): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const child = spawn(npm, args, { stdio: ['ignore', 'ignore', 'pipe'], signal, shell: process.platform === 'win32' });
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'ENOENT'
          ? new IlabError('E_PLUGIN_BROKEN', 'npm is not installed.', { hint: 'It comes with Node: install it, then run this again.', cause })
          : cause,
      ),
    );
    child.on('close', (code) => resolve({ code, output }));
  });
}
