import { IlabError } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { storeError } from './fs-errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code });
}

describe('storeError', () => {
  it.each([
    ['ENOSPC', 'E_NO_SPACE', /no space left for \/tmp\/x\./],
    ['EDQUOT', 'E_NO_SPACE', /within your quota/],
    ['EROFS', 'E_STORE', /read-only/],
    ['EACCES', 'E_STORE', /no permission on \/tmp/],
    ['EIO', 'E_STORE', /^\/tmp\/x: EIO/],
  ])('says of %s what happened to what, and what to do', (errno, code, message) => {
    const cause = systemError(errno);
    expect(storeError(cause, '/tmp/x')).toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(/./), cause });
  });

  it('lets through what says it already', () => {
    const error = new IlabError('E_IN_USE', 'It is in use.');
    expect(storeError(error, '/tmp/x')).toBe(error);
  });
});
