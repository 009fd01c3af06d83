import { statfsSync } from 'node:fs';
import type { Check } from '@ilab/core';
import { nearestExisting } from '../standing.ts';

/** A small model in four bits, in bytes. */
const LITTLE = 5e9;
const FEW_FILES = 1000;

/** Free space where models are kept. */
export function checkSpace(directory: string): Check {
  const check = 'space';
  return {
    name: check,
    async run() {
      const { bavail, bsize, ffree, files } = statfsSync(nearestExisting(directory));
      const free = bavail * bsize;
      const message = `${(free / 1e9).toFixed(1)} GB are free at ${directory}.`;
      const advice = 'Free some: `ilab model list --sort size` shows what is large, `ilab model remove` removes it.';
      // File systems that make their files' entries as they go count none.
      if (files > 0 && ffree < FEW_FILES) return [{ check, state: 'warning', message: `${message} Only ${ffree} more files fit.`, advice }];
      return [free < LITTLE ? { check, state: 'warning', message, advice } : { check, state: 'ok', message }];
    },
  };
}
