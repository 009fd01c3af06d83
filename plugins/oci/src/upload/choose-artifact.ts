import { packModelCar, packModelPack } from '@ilab/oras';
import type { AnswerCache, UploadFile, UploadOptions, UploadRequest } from '@ilab/plugin-api';
import { type Artifact, artifactOf } from './artifact.ts';
import { describe } from './describe.ts';
import { createRemembered } from './remembered.ts';
import { NONE, type Work, watchReads } from './watch-reads.ts';
import type { Format } from './formats.ts';
import { type OriginalDeps, originalArtifact } from './original.ts';

export interface Chosen {
  readonly artifact: Artifact;
  readonly packed: Format | 'original';
  readonly notices: readonly string[];
  /** What was read to pack it, as part of the work. */
  readonly read: Work;
}

export interface ChooseDeps extends OriginalDeps {
  readonly answers?: AnswerCache | undefined;
}

/** Packs what was asked for; nothing asked, what came from a registry and is whole goes as it came, and all else as ModelPack. */
export async function chooseArtifact(deps: ChooseDeps, request: UploadRequest, options: UploadOptions): Promise<Chosen> {
  const { format } = request;
  const files = request.files.map(lend);
  const description = describe(request);
  if (format === 'modelcar') {
    const digests = createRemembered(deps.answers, 'oci-modelcar-layers-1');
    const { watch, read } = watchReads(options.progress);
    const packed = await packModelCar(files, { signal: options.signal, description, digests, watch });
    return { artifact: artifactOf(packed), packed: 'modelcar', notices: [], read };
  }
  const original = format === undefined && request.description === undefined ? await originalArtifact(deps, { ...request, files }, options) : undefined;
  if (original && 'artifact' in original) return { artifact: original.artifact, packed: 'original', notices: [], read: NONE };
  const notices = original ? [`The manifest that it was downloaded with was not kept: ${original.reason}. It was packed anew.`] : [];
  return { artifact: artifactOf(packModelPack(files, description)), packed: 'modelpack', notices, read: NONE };
}

/** What is read here is hashed or passed on, piece by piece. */
function lend(file: UploadFile): UploadFile {
  return { ...file, open: (range) => file.open(range, { lent: true }) };
}
