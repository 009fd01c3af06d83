import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IlabError } from '@ilab/core/adapter';
import { isRecord } from '../content/record.ts';

/** Puts an entry into Docker's `config.json` or containers' `auth.json`; everything else in the file stays. */
export async function writeEntry(path: string, key: string, { username, password }: { readonly username: string; readonly password: string }): Promise<void> {
  if (username.includes(':')) throw new IlabError('E_USAGE', 'A user name can’t hold a colon.', { hint: 'Correct --username.' });
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  await change(path, (auths) => ({ ...auths, [key]: { auth } }));
}

/** Takes entries out; everything else in the file stays. */
export async function dropEntry(path: string, keys: readonly string[]): Promise<void> {
  await change(path, (auths) => Object.fromEntries(Object.entries(auths).filter(([key]) => !keys.includes(key))));
}

type Auths = Readonly<Record<string, unknown>>;

async function change(path: string, to: (auths: Auths) => Auths): Promise<void> {
  const whole = await readWhole(path);
  const { auths } = whole;
  try {
    await replace(path, `${JSON.stringify({ ...whole, auths: to(isRecord(auths) ? auths : {}) }, null, '\t')}\n`);
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
    throw new IlabError('E_STORE', `The credentials in ${path} can’t be changed: ${why}.`, {
      hint: 'Correct owner and permissions, or set REGISTRY_AUTH_FILE.',
      cause,
    });
  }
}

/** @throws IlabError E_BAD_CONFIG for what is no JSON object: it is not ours to throw away */
async function readWhole(path: string): Promise<Readonly<Record<string, unknown>>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new IlabError('E_STORE', `The credentials in ${path} can’t be read.`, { hint: `Look at its owner and mode: ls -l ${path}`, cause: error });
  }
  try {
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Said below.
  }
  throw new IlabError('E_BAD_CONFIG', `The credentials in ${path} are no JSON object.`, { hint: 'Correct or remove the file, then log in again.' });
}

/** By one rename, in the mode that the file has; a new one is for its owner only. A link leads to the file that is replaced. */
async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const place = await realpath(path).catch(() => path);
  const mode = await stat(place).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );
  const temporary = join(dirname(place), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
}
