/** What Ctrl-C and `kill` do: the first asks the work to stop and keep what it has, the second ends the process. */
export interface Interrupt {
  readonly signal: AbortSignal;
  dispose(): void;
}

const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of SIGNALS) process.off(name, stop);
    },
  };
}
