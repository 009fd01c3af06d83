import { IlabError } from '@ilab/sdk';

/** Longer than any token. */
const LONGEST = 64 * 1024;

/**
 * Reads a secret from standard input, to its end: one line.
 * @throws IlabError E_USAGE when there is none, or too much
 */
export async function readSecret(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LONGEST) throw new IlabError('E_USAGE', 'Standard input is too long for a secret.');
  }
  const secret = text.replace(/\r?\n$/, '');
  if (secret.trim() === '') throw new IlabError('E_USAGE', 'Standard input holds no secret.', { hint: 'Pipe it in: ilab login HOST --token-stdin < FILE' });
  return secret;
}

/**
 * Asks for a secret on the terminal, and shows nothing of it.
 * @returns what was typed, up to Enter; empty at Ctrl-D
 */
export async function askSecret(question: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8').resume();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = '';
  const take = (chunk: string): void => {
    for (const key of chunk) {
      if (key === '\r' || key === '\n' || key === '\u0004') return resolve(text);
      if (key === '\u0003') return void process.kill(process.pid, 'SIGINT');
      if (key === '\u007f' || key === '\b') text = text.slice(0, -1);
      else text += key;
    }
  };
  const stop = (): void => reject(signal.reason);
  stdin.on('data', take);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
    stdin.off('data', take).setRawMode(false).pause();
    stderr.write('\n');
  }
}
