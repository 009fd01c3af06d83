import type { Converter } from '@ilab/core';

/** Converts models; what it needs for that is loaded when the first is to be converted. */
export function createLazyConverter(): Converter {
  return {
    async model(request, options) {
      const { convertModel } = await import('@ilab/convert');
      await convertModel(request, options);
    },
    async adapter(request, options) {
      const { convertAdapter } = await import('@ilab/convert');
      await convertAdapter(request, options);
    },
  };
}
