import { readFile } from 'node:fs/promises';
import { IlabError } from '@ilab/sdk';

/** Letters of a key: what can stand in a header. */
const KEY = /^[\x21-\x7e]{8,1000}$/;

/**
 * What whoever asks has to show: out of a file, or `ILAB_API_KEY`; never an argument, which others on the machine can read.
 * @returns undefined where none is set
 * @throws IlabError E_USAGE for a file that can't be read, and for a text that is no key
 */
export async function apiKey(file: string | undefined, env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const text = file === undefined ? env['ILAB_API_KEY'] : await read(file);
  if (text === undefined || (file === undefined && text === '')) return undefined;
  const key = text.trim();
  if (KEY.test(key)) return key;
  const from = file === undefined ? 'ILAB_API_KEY' : file;
  throw new IlabError('E_USAGE', `${from} holds no key: 8 to 1,000 visible characters of ASCII.`, { hint: 'Make one, for example: openssl rand -hex 32' });
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new IlabError('E_USAGE', `The key in ${file} can’t be read.`, { hint: 'Name a file that holds the key and nothing else.', cause });
  }
}
