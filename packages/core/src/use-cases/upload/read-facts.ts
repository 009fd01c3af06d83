import { isIlabError } from '../../errors/ilab-error.ts';
import { formatOf } from '../../model/format.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ModelReader } from '../../ports/model-reader.ts';
import type { UploadRequest } from '../../ports/upload.ts';
import { isProjector } from '../../selection/projector.ts';
import type { Source } from './source-files.ts';

/**
 * What the files that go say of the model; nothing but the format where they are several models, some of one, or can't be read. It
 * depends on these files alone, so that the same files are the same upload.
 * @throws IlabError E_STORE
 */
export async function readFacts(
  reader: ModelReader,
  { files, whole }: Pick<Source, 'files' | 'whole'>,
  options: CallOptions,
): Promise<NonNullable<UploadRequest['facts']>> {
  const format = formatOf(files.map(({ path }) => path));
  const place = whole ?? onlyGguf(files);
  if (place === undefined) return { format };
  try {
    return { ...(await reader.facts(place, options)), format };
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NOT_A_MODEL') return { format };
    throw error;
  }
}

function onlyGguf(files: Source['files']): string | undefined {
  const [only, second] = files.filter(({ path }) => /\.gguf$/i.test(path) && !isProjector(path));
  return second === undefined ? only?.at : undefined;
}
