/** What is done by now, in bytes of the result. */
export interface ConversionProgress {
  readonly done: number;
  readonly total: number;
}

export interface ConvertOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ConversionProgress) => void) | undefined;
}
