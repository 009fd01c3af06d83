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
  /** A step towards an answer. */
  step(): void;
  /** A sign of life. */
  pong(): void;
  end(): void;
}

/** Gives up on a plugin that owes an answer, and neither gives it nor waits for anything. */
export function createWatch(patience: Patience, { ping, giveUp }: { readonly ping: () => void; readonly giveUp: (why: string) => void }): Watch {
  const quiet = createAlarm();
  const pulse = createAlarm();
  let isOver = false;

  const beat = (): void => {
    pulse.set(patience.pulse, () => giveUp(`it gave no sign of life for ${patience.pulse / 1000} s`));
    ping();
  };
  const wait = (): void => quiet.set(patience.quiet, () => giveUp(`it did not answer within ${patience.quiet / 1000} s`));
  const stop = (): void => {
    quiet.clear();
    pulse.clear();
  };
  return {
    balance(waiting, serving) {
      if (isOver) return;
      if (waiting === 0) return stop();
      if (!pulse.isSet()) beat();
      if (serving === 0) wait();
      else quiet.clear();
    },
    step() {
      if (quiet.isSet()) wait();
    },
    pong() {
      if (pulse.isSet()) pulse.set(patience.pulse / 4, beat);
    },
    end() {
      isOver = true;
      stop();
    },
  };
}

interface Alarm {
  /** In place of what was set before. */
  set(ms: number, ring: () => void): void;
  isSet(): boolean;
  clear(): void;
}

/** Rings after what has come meanwhile was heard: it may be this process that stood still, as at a terminal that takes no more. */
function createAlarm(): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let last: NodeJS.Immediate | undefined;
  const clear = (): void => {
    clearTimeout(timer);
    clearImmediate(last);
    timer = undefined;
  };
  return {
    clear,
    isSet: () => timer !== undefined,
    set(ms, ring) {
      clear();
      timer = setTimeout(() => (last = setImmediate(ring)), ms);
    },
  };
}
