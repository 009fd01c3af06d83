import { contentOf, type Content } from '../target/content.ts';
import type { ModelFile } from '../modelpack/packed-model.ts';
import { joinContent } from './joined-content.ts';
import { BLOCK, padding, tarHeader } from './tar-header.ts';

/** A tar archive of one file. */
export interface TarLayer extends Content {
  /** In bytes. */
  readonly size: number;
}

/** An archive of one file below a folder, with the folders that lead to it. Nothing is read before it is opened. */
export function tarLayer(folder: string, file: ModelFile): TarLayer {
  const path = `${folder}/${file.path}`;
  const parents = [...path.matchAll(/\//g)].map(({ index }) => tarHeader({ path: path.slice(0, index + 1), size: 0 }));
  const before = Buffer.concat([...parents, tarHeader({ path, size: file.size })]);
  const after = Buffer.concat([padding(file.size), Buffer.alloc(2 * BLOCK)]);
  return joinContent([{ size: before.length, ...contentOf(before) }, file, { size: after.length, ...contentOf(after) }]);
}
