import { IlabError } from '@ilab/sdk';

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `30d`, `12h`, `2w` as milliseconds. @throws IlabError E_USAGE */
export function parseAge(text: string): number {
  const match = /^(\d{1,6})([smhdw])$/.exec(text);
  if (!match) throw new IlabError('E_USAGE', `“${text}” is not an age.`, { hint: 'Write a number and a unit: 30d, 12h, 2w (s, m, h, d or w).' });
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
