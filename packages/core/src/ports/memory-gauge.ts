import type { CallOptions } from './call-options.ts';

/** Memory that this process could have. */
export interface MemoryGauge {
  /** In bytes, as of now. Implementers MUST heed the limit that a container sets. */
  available(options: CallOptions): Promise<number>;
}
