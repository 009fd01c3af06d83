import type { ServedModel } from '@ilab/gateway';
import type { EnginePlan, Ilab } from '@ilab/sdk';

/** Starts a model as often as it takes: what was read once is not read again after a crash. */
export function starter(engines: Ilab['engines'], { plan, verify }: { readonly plan: EnginePlan; readonly verify: boolean }): ServedModel['start'] {
  let wasStarted = false;
  return async (options) => {
    const session = await engines.start(plan, { purpose: 'serve', verify: verify && !wasStarted ? 'content' : 'quick', anyway: wasStarted }, options);
    wasStarted = true;
    return session;
  };
}
