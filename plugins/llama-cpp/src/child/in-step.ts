import type { Sequence } from './llama.ts';

/** Lets the sequences of one context take their steps together. */
export interface Step {
  /** Resolves once no sequence is in the midst of a step; whoever waits goes on at the same moment. */
  begin(): Promise<void>;
  /** Of what began, when its token is there or will not come. */
  end(): void;
}

/**
 * The library computes what is queued at the moment, and begins again as long as anything is. Sequences that go on as soon as each can
 * are computed in two or three batches where one would take as long as each of these, and whoever wants to join waits until all have
 * ended, since the lock is never let go. Those that wait for each other are one batch, and between batches others can join.
 */
export function createStep(): Step {
  let underWay = 0;
  let waiting: (() => void)[] = [];
  let isScheduled = false;
  const release = (): void => {
    isScheduled = false;
    if (underWay > 0) return;
    const released = waiting;
    waiting = [];
    underWay = released.length;
    for (const goOn of released) goOn();
  };
  // After what is promised already: the others of this step ask for their next token in that time.
  const schedule = (): void => {
    if (isScheduled || underWay > 0 || waiting.length === 0) return;
    isScheduled = true;
    process.nextTick(release);
  };
  return {
    begin: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        schedule();
      }),
    end() {
      underWay--;
      schedule();
    },
  };
}

/**
 * Makes a sequence take its steps with the others, whoever evaluates it. What it reads before its first token is no step: that of a long
 * prompt holds nobody.
 */
export function inStep<S extends Sequence>(sequence: S, step: Step): S {
  const evaluate = sequence.evaluate.bind(sequence);
  sequence.evaluate = (tokens, options) => {
    const evaluation = evaluate(tokens, options);
    const { next } = evaluation;
    let isFirst = true;
    evaluation.next = async (...replacement) => {
      if (isFirst) {
        isFirst = false;
        return next.apply(evaluation, replacement);
      }
      await step.begin();
      try {
        return await next.apply(evaluation, replacement);
      } finally {
        step.end();
      }
    };
    return evaluation;
  };
  return sequence;
}
