import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isIlabError, type Models } from '@ilab/sdk';
import type { UsedModel } from './wanted-model.ts';

/** Any of them makes a folder a tokenizer, as the libraries of the field read them. */
const FILES = ['tokenizer.json', 'tokenizer.model', 'tokenizer_config.json', 'vocab.json'];

/**
 * A tokenizer is no model, and may stand alone: a folder with its files and no weights.
 * @returns undefined where `error` is another one, or no tokenizer is there
 */
export async function tokenizerFolder(reference: string, error: unknown, models: Pick<Models, 'parse'>): Promise<UsedModel | undefined> {
  if (!isIlabError(error) || error.code !== 'E_NOT_A_MODEL') return undefined;
  const parsed = models.parse(reference);
  const path = resolve(parsed.kind === 'path' ? parsed.path.replace(/^~(?=$|[/\\])/, homedir) : reference);
  const found = await Promise.all(
    FILES.map((name) =>
      access(join(path, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true) ? { reference: path, path, origin: 'path', format: 'unknown', downloaded: false } : undefined;
}
