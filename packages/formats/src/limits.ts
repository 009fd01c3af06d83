/**
 * What a header may ask for. Each is several times what the largest published models need (a vocabulary of 262,144, some
 * 20,000 tensors in a file), and together they keep any header, however hostile, below a second and 256 MiB.
 */
export const LIMITS = {
  /** Bytes of a safetensors header; the format’s own. */
  safetensorsHeader: 100_000_000,
  /** Bytes of `model.safetensors.index.json`. */
  index: 67_108_864,
  indexEntries: 300_000,
  shards: 10_000,
  /** JSON values that mean nothing here and are skipped. */
  skipped: 100_000,
  /** Tensors of one file. */
  tensors: 100_000,
  /** Bytes of a tensor’s name. */
  tensorName: 512,
  dimensions: 8,
  /** Longer values of safetensors’ `__metadata__` are checked and not kept. */
  keptText: 65_536,
  /** Key-value pairs of a GGUF. */
  pairs: 100_000,
  /** Bytes of a key. The format allows 65,535, but engines compare long strings one by one in their tables. */
  key: 1024,
  /** Bytes of one string of a GGUF. */
  string: 10_485_760,
  /** Bytes of all strings of a GGUF that are kept. */
  strings: 33_554_432,
  /** Strings in all arrays of a GGUF, which have to be walked one by one. */
  walked: 5_000_000,
  /** Elements of arrays that were asked for. */
  elements: 1_048_576,
  /** Arrays in arrays. */
  nested: 100_000,
  /** Bytes of a GGUF before its tensors are listed. */
  metadata: 134_217_728,
  nesting: 4,
  alignment: 1_048_576,
} as const;
