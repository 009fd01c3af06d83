import { createReadStream, statSync } from 'node:fs';
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { IlabError, type UnpackRequest } from '@ilab/core';

/** Weights hardly shrink, and text by ten: what shrinks by more than that, and is large, was made to. */
const MOST_TIMES = 100;
const NEVER_MIND = 1024 ** 3;

/** More bytes than any model in an archive has. */
export function mostBytes(archive: string): number {
  return Math.max(NEVER_MIND, statSync(archive).size * MOST_TIMES);
}

export function tooMany(): IlabError {
  return new IlabError('E_REGISTRY', `An archive unpacks to more than ${MOST_TIMES} times its size: no model does.`, { side: 'source' });
}

/** The tar inside an archive. It ends with E_REGISTRY where it grows beyond all likelihood. */
export function openArchive({ archive, codec }: Pick<UnpackRequest, 'archive' | 'codec'>): Readable {
  const source = createReadStream(archive, { highWaterMark: 1024 * 1024 });
  if (codec === 'tar') return source;
  return pipeline(source, codec === 'tar+gzip' ? createGunzip() : createZstdDecompress(), atMost(mostBytes(archive)), () => undefined);
}

function atMost(most: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= most) done(null, chunk);
      else done(tooMany());
    },
  });
}
