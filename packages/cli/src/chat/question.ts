import { fstatSync } from 'node:fs';
import { IlabError } from '@ilab/sdk';

/** Characters that are read from a pipe: more than any context has room for. */
const LONGEST = 16 * 1024 * 1024;

/** Milliseconds until somebody is told what is waited for. */
const PATIENCE = 3000;

/**
 * The question of a call that asks once: what was typed, what is piped in, or that behind this.
 * @returns undefined where nobody asked anything
 */
export async function readQuestion(words: readonly string[], input: NodeJS.ReadStream, note: (line: string) => void): Promise<string | undefined> {
  const typed = words.join(' ').trim();
  const piped = isPiped(typed !== '') ? (await readAll(input, note)).trim() : '';
  const question = [typed, piped].filter((text) => text !== '').join('\n\n');
  return question === '' ? undefined : question;
}

/**
 * Devices, as /dev/null, say nothing; a terminal is asked in another way. Programs that start others leave a socket open that nobody writes
 * to, so that with a question it is not waited for.
 */
function isPiped(isAsked: boolean): boolean {
  try {
    const kind = fstatSync(0);
    return kind.isFIFO() || kind.isFile() || (kind.isSocket() && !isAsked);
  } catch {
    return false;
  }
}

async function readAll(input: NodeJS.ReadStream, note: (line: string) => void): Promise<string> {
  const chunks: string[] = [];
  let length = 0;
  const waiting = setTimeout(() => note('Waiting for what is piped in; </dev/null says that nothing is.'), PATIENCE);
  try {
    for await (const chunk of input.setEncoding('utf8')) {
      clearTimeout(waiting);
      chunks.push(String(chunk));
      length += String(chunk).length;
      if (length > LONGEST) throw new IlabError('E_USAGE', 'What is piped in is too long for a question.', { hint: 'Pipe in less.' });
    }
  } finally {
    clearTimeout(waiting);
  }
  return chunks.join('');
}
