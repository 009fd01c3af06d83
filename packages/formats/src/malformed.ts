import { IlabError } from '@ilab/core/adapter';

/** Makes the error of one format: what is wrong, and at which byte of the file. */
export type Malformed = (what: string, at?: number) => IlabError;

export function malformed(format: string): Malformed {
  return (what, at) => {
    const place = at === undefined ? '' : ` (at byte ${at})`;
    return new IlabError('E_NOT_A_MODEL', `No valid ${format}: ${what}${place}.`, {
      hint: 'Fetch the file again from where it came from; if it comes the same, it is broken there.',
      details: { format, ...(at !== undefined && { at }) },
    });
  };
}
