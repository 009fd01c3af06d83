/** Milliseconds. Each less than the ten seconds after which nobody should still wait for a broken plugin. */
export interface Patience {
  /** For an answer, or a step towards one: a plugin that waits for the network does so through the host. */
  readonly quiet: number;
  /** For a sign of life, whatever else goes on. */
  readonly pulse: number;
}

export const PATIENCE: Patience = { quiet: 8_000, pulse: 6_000 };

export interface Watch {
  /** Calls that wait for the plugin, and calls of the plugin that are being answered for it. */
  balance(waiting: number, serving: number): void;
  /** A sign of life. */
  pong(): void;
  end(): void;
}

/** Gives up on a plugin that owes an answer, and neither gives it nor waits for anything. */
export function createWatch(patience: Patience, { ping, giveUp }: { readonly ping: () => void; readonly giveUp: (why: string) => void }): Watch {
  let quiet: NodeJS.Timeout | undefined;
  let pulse: NodeJS.Timeout | undefined;
  let isOver = false;

  const beat = (): void => {
    pulse = setTimeout(() => giveUp(`it gave no sign of life for ${patience.pulse / 1000} s`), patience.pulse);
    ping();
  };
  const stop = (): void => {
    clearTimeout(quiet);
    clearTimeout(pulse);
    quiet = undefined;
    pulse = undefined;
  };
  return {
    balance(waiting, serving) {
      if (isOver) return;
      if (waiting === 0) return stop();
      if (!pulse) beat();
      clearTimeout(quiet);
      if (serving === 0) quiet = setTimeout(() => giveUp(`it did not answer within ${patience.quiet / 1000} s`), patience.quiet);
    },
    pong() {
      if (!pulse) return;
      clearTimeout(pulse);
      pulse = setTimeout(beat, patience.pulse / 4);
    },
    end() {
      isOver = true;
      stop();
    },
  };
}
