import { readFile, stat } from 'node:fs/promises';
import { IlabError } from '@ilab/sdk';
import * as v from 'valibot';

const line = v.union([
  v.object({ user: v.string() }),
  v.object({ prompt: v.string() }),
  v.object({ messages: v.array(v.object({ role: v.string(), content: v.string() })) }),
]);

const LARGEST = 64 * 1024 * 1024;

/**
 * Prompts of a file of JSON lines: InstructLab's (`system`, `user`, `assistant`), a `prompt` each, or messages, of which the first of the user counts.
 * @throws IlabError E_NOT_FOUND; E_USAGE with the line that can't be read
 */
export async function readPrompts(path: string): Promise<readonly string[]> {
  const lines = (await readText(path)).split('\n');
  return lines.flatMap((text, index) => (text.trim() === '' ? [] : [promptOf(text, `${path}:${index + 1}`)]));
}

function promptOf(text: string, place: string): string {
  const parsed = v.safeParse(line, parseJson(text));
  if (!parsed.success) throw notOne(place);
  const found = parsed.output;
  if ('user' in found) return found.user;
  if ('prompt' in found) return found.prompt;
  const asked = found.messages.find(({ role }) => role === 'user');
  if (!asked) throw notOne(place);
  return asked.content;
}

function notOne(place: string): IlabError {
  return new IlabError('E_USAGE', `${place} is no prompt.`, { hint: 'A line is JSON with “user”, “prompt” or “messages”.' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readText(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new IlabError('E_NOT_FOUND', `There is no file ${path}.`, { hint: 'Name a file of JSON lines with --test-file.' });
  if (found.size > LARGEST) throw new IlabError('E_USAGE', `${path} is too large for a file of prompts.`, { hint: 'Take fewer.' });
  return readFile(path, 'utf8');
}
