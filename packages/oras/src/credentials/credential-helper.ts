import { spawn } from 'node:child_process';
import { type CallOptions, type Credential, IlabError, type Logger } from '@ilab/core/adapter';
import { isRecord } from '../content/record.ts';

const ANSWERS_WITHIN = 60_000;
const MAX_ANSWER = 1024 * 1024;

export interface HelperRequest {
  readonly name: string;
  readonly server: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger?: Logger | undefined;
}

/**
 * Asks `docker-credential-<name>` for the credentials of a server (docker-credential-helpers, “get”).
 * @returns undefined when it has none
 * @throws IlabError E_BAD_CONFIG when it can't be run or answers with nonsense
 */
export async function askHelper({ name, server, env, logger }: HelperRequest, { signal }: CallOptions): Promise<Credential | undefined> {
  const program = programOf(name);
  const answer = await run(program, { action: 'get', input: server, env, signal });
  // Credential files travel between machines; what is public must stay reachable without the helper.
  if (answer === 'missing') logger?.warn(`The credential helper ${program} is not installed; ${server} is asked without credentials.`);
  if (answer === 'missing' || answer.code !== 0) return undefined;
  const value = parse(answer.output);
  if (!isRecord(value) || typeof value['Secret'] !== 'string' || typeof value['Username'] !== 'string') throw unusable(program);
  const { Username: username, Secret: secret } = value as { Username: string; Secret: string };
  if (secret === '') return undefined;
  return username === '<token>' ? { kind: 'identity', token: secret } : { kind: 'basic', username, password: secret };
}

/**
 * Lets `docker-credential-<name>` keep credentials for a server, or forget them (docker-credential-helpers, “store” and “erase”).
 * @returns the program's name
 * @throws IlabError E_BAD_CONFIG when it can't be run or doesn't do it
 */
export async function tellHelper(
  { name, server, env }: HelperRequest,
  credential: { readonly username: string; readonly password: string } | undefined,
  { signal }: CallOptions,
): Promise<string> {
  const program = programOf(name);
  const input = credential ? JSON.stringify({ ServerURL: server, Username: credential.username, Secret: credential.password }) : server;
  const answer = await run(program, { action: credential ? 'store' : 'erase', input, env, signal });
  if (answer === 'missing' || answer.code !== 0) throw unusable(program);
  return program;
}

/** The name comes from a file and becomes a program's: nothing but a plain word may. */
function programOf(name: string): string {
  if (/^[\w.-]+$/.test(name)) return `docker-credential-${name}`;
  throw new IlabError('E_BAD_CONFIG', 'A credential file names a helper that is no program.', { hint: 'Correct credHelpers or credsStore there.' });
}

type Run = {
  readonly action: 'get' | 'store' | 'erase';
  readonly input: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | undefined;
};

function run(program: string, { action, input, env, signal }: Run): Promise<{ code: number | null; output: string } | 'missing'> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [action], { env, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true, ...(signal && { signal }) });
    // Node's own timeout outlives a program that is not there, and keeps us from ending.
    setTimeout(() => child.kill(), ANSWERS_WITHIN).unref();
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_ANSWER) output += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve('missing');
      else reject(signal?.aborted ? error : unusable(program, error));
    });
    child.on('close', (code) => resolve({ code, output }));
    // A helper that ends without reading is told apart by its exit code.
    child.stdin.on('error', () => undefined).end(input);
  });
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return undefined;
  }
}

function unusable(program: string, cause?: unknown): IlabError {
  return new IlabError('E_BAD_CONFIG', `The credential helper ${program} can't be used.`, {
    hint: 'Install it, or remove it from Docker’s config.json or containers’ auth.json.',
    cause,
  });
}
