import type { Logger } from '@ilab/sdk';
import { colors } from '../present/colors.ts';

/** Warnings of one command: told at once, and kept for `--json`. */
export interface Warnings {
  readonly list: readonly string[];
  logger(how: { readonly quiet: boolean; readonly json: boolean; readonly print: (line: string) => void }): Logger;
}

export function collectWarnings(): Warnings {
  const list: string[] = [];
  return {
    list,
    logger: ({ quiet, json, print }) => ({
      warn(message) {
        if (list.includes(message)) return;
        list.push(message);
        if (!json) print(`${colors(process.stderr).yellow('Warning:')} ${message}`);
      },
      info(message) {
        if (!quiet && !json) print(message);
      },
      debug(message) {
        if (process.env['ILAB_DEBUG']) print(message);
      },
    }),
  };
}
