export { convertAdapter, type ConvertAdapterRequest } from './convert-adapter.ts';
export { convertModel, type ConvertModelRequest } from './convert-model.ts';
export { createConverter } from './create-converter.ts';
