import { SETTING_KEYS } from '@ilab/sdk';

/** The judge of DK-Bench is a name of its endpoint's. */
const NAMES_OF_OTHERS = new Set(['evaluate.dk_bench.judge_model']);

/** Whether what a setting holds is a reference to a model. */
export function takesReference(key: string): boolean {
  if (/^models\.aliases\.[^.]+(?:\.model)?$/.test(key)) return true;
  return (SETTING_KEYS as readonly string[]).includes(key) && /(?:^|[._])model$/.test(key) && !NAMES_OF_OTHERS.has(key);
}
