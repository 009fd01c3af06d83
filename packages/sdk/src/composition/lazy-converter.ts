import type { Converter } from '@ilab/core';

/** Converts models; what it needs for that is loaded when the first is to be converted. */
export function createLazyConverter(env: Readonly<Record<string, string | undefined>>): Converter {
  const converter = async (): Promise<Converter> => (await import('@ilab/convert')).createConverter({ env });
  return {
    model: async (request, options) => (await converter()).model(request, options),
    adapter: async (request, options) => (await converter()).adapter(request, options),
    quantise: async (request, options) => (await converter()).quantise(request, options),
  };
}
