import { preferredQuantisation, quantisationOf, withoutQuantisation } from './quantisation.ts';
import { isProjector, projectorFor } from './projector.ts';

/** Files that nobody asked for by name and few need. */
export interface LeftOut<T> {
  readonly why: 'other quantisations' | 'the same weights in other formats';
  readonly files: readonly T[];
}

/** What is taken when nothing is said, and what is not. */
export interface DefaultFiles<T> {
  readonly files: readonly T[];
  readonly leftOut: readonly LeftOut<T>[];
}

/** Weights as frameworks write them beside safetensors (PyTorch, TensorFlow, Flax, Rust, Keras). */
const OTHER_WEIGHTS =
  /^(?:(?:pytorch_model|diffusion_pytorch_model|adapter_model)(?:[-.].*)?\.bin|tf_model(?:[-.].*)?\.h5|flax_model(?:[-.].*)?\.msgpack|rust_model\.ot|[^/]+\.(?:ckpt|pth|tflite))(?:\.index\.json)?$/;
/** Mistral's own files, beside those of transformers. */
const CONSOLIDATED = /^consolidated.*\.safetensors$/;
/** Folders of whole models for other programs, and Meta's of the weights before they were converted. */
const OTHER_FOLDERS = ['onnx/', 'openvino/', 'coreml/'];
const ORIGINAL = 'original/';

/**
 * One model out of a repository that has it many times over: of every GGUF model the quantisation that llama.cpp would take, with the
 * projector that fits it; of weights in several formats, safetensors. Repositories of 20 quantisations are common, and so are those whose
 * files are needed to a tenth. The order stays.
 */
export function defaultFiles<T extends { readonly path: string }>(files: readonly T[]): DefaultFiles<T> {
  const quantised = otherQuantisations(files);
  const formats = otherFormats(files.map(({ path }) => path));
  const leftOut = [
    { why: 'other quantisations', files: files.filter(({ path }) => quantised.has(path)) },
    { why: 'the same weights in other formats', files: files.filter(({ path }) => formats.has(path)) },
  ] as const;
  return { files: files.filter(({ path }) => !quantised.has(path) && !formats.has(path)), leftOut: leftOut.filter((group) => group.files.length > 0) };
}

function otherQuantisations(files: readonly { readonly path: string }[]): ReadonlySet<string> {
  const ggufs = files.map(({ path }) => path).filter((path) => /\.gguf$/i.test(path));
  const projectors = ggufs.filter(isProjector);
  const models = Map.groupBy(
    ggufs.filter((path) => !isProjector(path)),
    withoutQuantisation,
  );
  const chosen = [...models.values()].flatMap((model) => {
    const preferred = preferredQuantisation(model);
    return model.filter((path) => [preferred, undefined].includes(quantisationOf(path)));
  });
  const projector = projectorFor(chosen, projectors);
  const taken = new Set([...chosen, ...(projector === undefined ? projectors : [projector])]);
  return new Set(ggufs.filter((path) => !taken.has(path)));
}

function otherFormats(paths: readonly string[]): ReadonlySet<string> {
  const weights = new Set(paths.filter((path) => path.endsWith('.safetensors') && !CONSOLIDATED.test(nameOf(path))).map(folderOf));
  return new Set(
    paths.filter((path) => {
      const isDouble = OTHER_WEIGHTS.test(nameOf(path)) || CONSOLIDATED.test(nameOf(path));
      if (isDouble) return weights.has(folderOf(path)) || (weights.has('') && path.startsWith(ORIGINAL));
      return weights.has('') && OTHER_FOLDERS.some((folder) => path.startsWith(folder));
    }),
  );
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
