/** ModelPack’s names for how numbers are stored (model-spec, config.md “precision”), by those of safetensors and GGUF. */
const PRECISIONS: Readonly<Record<string, string>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8_e4m3',
  F8_E5M2: 'float8_e5m2',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
};

/** How weights are stored: as plain numbers, or packed by some technique. */
export function storage(quantisation: string | undefined): { readonly precision?: string; readonly quantization?: string } {
  if (quantisation === undefined) return {};
  const precision = PRECISIONS[quantisation.toUpperCase()];
  return precision === undefined ? { quantization: quantisation } : { precision };
}

const SCALES = ['K', 'M', 'B', 'T', 'Q'];

/** A number of weights as ModelPack writes it: `6.7B` (model-spec, config.md “paramSize”). Smaller than 100: undefined. */
export function paramSize(parameters: number | undefined): string | undefined {
  if (parameters === undefined || !(parameters >= 100)) return undefined;
  for (const [index, scale] of SCALES.entries()) {
    const count = Math.round((parameters / 1000 ** (index + 1)) * 10) / 10;
    if (count < 1000 || index === SCALES.length - 1) return `${count}${scale}`;
  }
  return undefined;
}
