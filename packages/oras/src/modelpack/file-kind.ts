/** What a file is to its model, as ModelPack’s media types tell it (model-spec, spec.md “layers”). */
export type FileKind = 'weight' | 'weight.config' | 'doc' | 'code' | 'dataset';

/** The first that fits, of the file’s name in lower case. */
const BY_NAME: readonly (readonly [RegExp, FileKind])[] = [
  [/^(?:readme|licen[cs]e|copying|notice|use_policy|acceptable_use_policy)(?:\.|$)/, 'doc'],
  [/^requirements[^/]*\.txt$/, 'code'],
  [/^(?:vocab|merges|added_tokens)\.txt$/, 'weight.config'],
  [/tokenizer\.model(?:\.|$)|^(?:spiece|sentencepiece)[^/]*\.model$/, 'weight.config'],
  [/\.(?:json|ya?ml|toml|ini|cfg|conf|xml|jinja2?|tiktoken|spm|vocab)$/, 'weight.config'],
  [
    /\.(?:safetensors|gguf|ggml|bin|pt|pth|ckpt|onnx|onnx_data|h5|hdf5|keras|msgpack|tflite|pb|npy|npz|mlmodel|engine|llamafile|pkl|pickle|joblib|nemo|model)$/,
    'weight',
  ],
  [/\.(?:parquet|arrow|jsonl|csv|tsv)$/, 'dataset'],
  [/\.(?:py|ipynb|sh|c|cc|cpp|cu|h|hpp|js|mjs|ts|rs|go|java|lua|r|so|dylib|dll)$|^(?:makefile|dockerfile|containerfile)$/, 'code'],
];

/** No documentation is as large, in bytes. */
const LARGE = 64 * 1024 * 1024;

/** Tells by name what a file is, and by size where the name says nothing. A guess: whoever writes it down says that it is one. */
export function fileKind({ path, size }: { readonly path: string; readonly size: number }): FileKind {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? (size > LARGE ? 'weight' : 'doc');
}
