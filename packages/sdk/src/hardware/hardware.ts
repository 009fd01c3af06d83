/** A processor for graphics, as far as it decides which models fit. */
export interface Gpu {
  readonly name: string;
  /** Bytes of its own memory; with Apple's processors, those of the machine. */
  readonly memory: number;
}

/** What this machine has. */
export interface Hardware {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  /** Empty where none was found, or none could be asked. */
  readonly gpus: readonly Gpu[];
}
