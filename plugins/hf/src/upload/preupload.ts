import type { CallOptions, UploadFile } from '@ilab/plugin-api';
import { encodeSegment } from '../encode.ts';
import { type HubRepository, tell } from '../hub-client.ts';
import { isRecord, malformed } from '../shape.ts';
import { uploadError } from './upload-errors.ts';

/** What the Hub wants done with files. */
export interface Modes {
  /** Kept beside Git, under their sha256. */
  readonly large: readonly UploadFile[];
  /** Part of the commit. */
  readonly small: readonly UploadFile[];
  /** Left out by the repository's `.gitignore`. */
  readonly ignored: readonly UploadFile[];
}

const AT_ONCE = 100;
/** What the Hub looks at to tell text from bytes. */
const SAMPLE = 512;
/** What stands in a commit is held in memory. A Hub that wants more there gets it beside Git, which every Hub takes. */
const LARGEST_IN_COMMIT = 10 * 1024 * 1024;

type Asked = { readonly branch: string; readonly createPullRequest: boolean; readonly files: readonly UploadFile[] };

/**
 * Asks how each file is to be sent.
 * @throws IlabError as `Registry.upload`
 */
export async function askModes(hub: HubRepository, { branch, createPullRequest, files }: Asked, options: CallOptions): Promise<Modes> {
  const large: UploadFile[] = [];
  const small: UploadFile[] = [];
  const ignored: UploadFile[] = [];
  const gitIgnore = await textOf(files.find(({ path, size }) => path === '.gitignore' && size < LARGEST_IN_COMMIT));
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE);
    const asked = await Promise.all(some.map(async (file) => ({ path: file.path, size: file.size, sample: (await bytesOf(file, SAMPLE)).toString('base64') })));
    const path = `/preupload/${encodeSegment(branch)}${createPullRequest ? '?create_pr=1' : ''}`;
    const answer = await tell(hub, path, { files: asked, ...(gitIgnore !== undefined && { gitIgnore }) }, options);
    if (answer.status !== 200) throw uploadError(answer, { ...hub, version: branch });
    const modes = readModes(answer.json());
    for (const file of some) {
      const mode = modes.get(file.path);
      if (mode === undefined) throw malformed(`it does not say how to send “${file.path}”`);
      // Stores of large objects refuse empty ones.
      const isLarge = file.size > 0 && (mode === 'lfs' || file.size > LARGEST_IN_COMMIT);
      (mode === 'ignored' ? ignored : isLarge ? large : small).push(file);
    }
  }
  return { large, small, ignored };
}

type Mode = 'lfs' | 'regular' | 'ignored';

function readModes(body: unknown): ReadonlyMap<string, Mode> {
  const list = isRecord(body) ? body['files'] : undefined;
  if (!Array.isArray(list)) throw malformed('how to send files is no list');
  return new Map(
    list.map((entry: unknown) => {
      if (!isRecord(entry) || typeof entry['path'] !== 'string') throw malformed('how to send a file names none');
      const mode = entry['shouldIgnore'] === true ? 'ignored' : entry['uploadMode'];
      if (mode !== 'lfs' && mode !== 'regular' && mode !== 'ignored') throw malformed(`it wants “${entry['path']}” sent in a way that ilab does not know`);
      return [entry['path'], mode] as const;
    }),
  );
}

async function textOf(file: UploadFile | undefined): Promise<string | undefined> {
  return file && (await bytesOf(file, file.size)).toString('utf8');
}

/** The beginning of a file, or all of a small one. */
export async function bytesOf(file: UploadFile, upTo: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of file.open({ start: 0, end: Math.min(upTo, file.size) })) pieces.push(piece);
  return Buffer.concat(pieces);
}
