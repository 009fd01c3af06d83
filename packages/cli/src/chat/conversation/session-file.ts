import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { IlabError, isIlabError } from '@ilab/sdk';
import * as v from 'valibot';
import type { Message } from '../client/message.ts';

const message = v.object({ role: v.picklist(['system', 'user', 'assistant']), content: v.string() });
const messages = v.array(message);

const session = v.object({
  format: v.literal('ilab-chat'),
  version: v.literal(1),
  model: v.optional(v.string()),
  messages,
});

/** A conversation that was kept. */
export interface SavedSession {
  /** Whom it was with; absent in files of the old ilab. */
  readonly model?: string | undefined;
  readonly messages: readonly Message[];
}

/** More than any context has. */
const LARGEST = 16 * 1024 * 1024;

/**
 * Writes a conversation, for its user only; one that was there is replaced when all is written.
 * @throws IlabError E_USAGE where something else is there; E_STORE
 */
export async function saveSession(path: string, { model, messages }: SavedSession): Promise<void> {
  await refuseOther(path);
  const draft = `${path}.${randomBytes(4).toString('hex')}.draft`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify({ format: 'ilab-chat', version: 1, model, messages }, null, 2)}\n`);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    const why = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? `there is no folder ${dirname(path)}` : (cause as Error).message;
    throw new IlabError('E_STORE', `The conversation can’t be written to ${path}: ${why}.`, { hint: 'Name another file.', cause });
  }
}

/** A slip in a name would cost a file. @throws IlabError E_USAGE */
async function refuseOther(path: string): Promise<void> {
  try {
    await loadSession(path);
  } catch (error) {
    // What can't be read can't be replaced either, and writing says why.
    if (!isIlabError(error) || error.code !== 'E_USAGE') return;
    throw new IlabError('E_USAGE', `${path} is there, and is no saved conversation.`, { hint: 'Name another file.', cause: error });
  }
}

/**
 * Reads a conversation: of this ilab, or a list of messages, as the old one kept them.
 * @throws IlabError E_NOT_FOUND; E_USAGE when the file is none
 */
export async function loadSession(path: string): Promise<SavedSession> {
  const value = await readJson(path);
  if (Array.isArray(value)) {
    const list = v.safeParse(messages, value);
    if (list.success) return { messages: list.output };
  }
  const { version } = Object(value) as { readonly version?: unknown };
  if (typeof version === 'number' && version > 1) throw notOne(path, `It is of version ${version}, which this ilab does not read.`);
  const parsed = v.safeParse(session, value);
  if (!parsed.success) throw notOne(path, `${v.getDotPath(parsed.issues[0]) ?? 'It'} is not as it should be.`);
  return parsed.output;
}

async function readJson(path: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST) throw notOne(path, 'It is too large.');
    const file = await open(path);
    try {
      return JSON.parse(await file.readFile('utf8')) as unknown;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof SyntaxError) throw notOne(path, 'It is no JSON.');
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT')
      throw new IlabError('E_NOT_FOUND', `There is no file ${path}.`, { hint: 'Name one that /save wrote.' });
    throw cause;
  }
}

function notOne(path: string, why: string): IlabError {
  return new IlabError('E_USAGE', `${path} is no saved conversation. ${why}`, { hint: 'Name one that /save wrote.' });
}
