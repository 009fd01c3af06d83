import { IlabError } from '@ilab/sdk';
import * as Flags from '@oclif/core/flags';

/** A number with a fraction, perhaps as `2e-4`. */
export const numberFlag = Flags.custom<number>({
  helpValue: 'N',
  parse: async (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || value < 0)
      throw new IlabError('E_USAGE', `“${text}” is no number from 0 on.`, { hint: 'See --help.' });
    return value;
  },
});

/** A whole number from 1 on. */
export function countFlag(summary: string) {
  return Flags.integer({ summary, helpValue: 'N', min: 1 });
}

/** What commands have whose work a runner does. */
export const RUNNER_FLAGS = {
  runner: Flags.string({ summary: 'See `ilab runner list`.', helpValue: 'RUNNER' }),
  destination: Flags.string({ summary: 'Where the folder with results goes.', helpValue: 'DIR' }),
};

/** What they have where a model is started for it. */
export const STARTED_FLAGS = {
  backend: Flags.string({ summary: 'The engine for it; default by format.', helpValue: 'ENGINE' }),
};
