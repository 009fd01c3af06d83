import type { ServedModel } from '@ilab/gateway';
import type { EnginePlan, Ilab } from '@ilab/sdk';

/** Starts a model as often as it takes: what was read once is not read again after a crash. */
export function starter(engines: Ilab['engines'], { plan, verify }: { readonly plan: EnginePlan; readonly verify: boolean }): ServedModel['start'] {
  let isRead = false;
  return async (options) => {
    const session = await engines.start(plan, { purpose: 'serve', verify: verify && !isRead ? 'content' : 'quick' }, options);
    isRead = true;
    return session;
  };
}
