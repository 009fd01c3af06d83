export { convertAdapter, type ConvertAdapterRequest } from './convert-adapter.ts';
export { convertModel, type ConvertModelRequest } from './convert-model.ts';
export type { ConversionProgress, ConvertOptions } from './options.ts';
export { TARGET_TYPES, type TargetType } from './values/target-types.ts';
