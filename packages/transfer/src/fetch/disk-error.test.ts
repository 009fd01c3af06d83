import { constants } from 'node:os';
import { IlabError } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { diskError, isFailedSync } from './disk-error.ts';

const system = (code: string, syscall: string): Error => Object.assign(new Error(`${code}: inside, ${syscall}`), { code, syscall });

describe('diskError', () => {
  it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('tells %s as no space, whatever was called', (code) => {
    for (const syscall of ['write', 'ftruncate', 'fsync', 'fdatasync']) {
      expect(diskError(system(code, syscall), '/m/blob')).toMatchObject({ code: 'E_NO_SPACE', side: 'target', message: expect.stringContaining('/m/blob') });
    }
  });

  it.each([
    ['EIO', 'write'],
    ['EIO', 'fsync'],
    ['EIO', 'fdatasync'],
    ['EROFS', 'open'],
    ['EACCES', 'open'],
    ['EMFILE', 'open'],
  ])('tells %s at %s as the store’s trouble', (code, syscall) => {
    expect(diskError(system(code, syscall), '/m/blob')).toMatchObject({
      code: 'E_STORE',
      side: 'target',
      message: expect.stringContaining(`/m/blob: ${code}`),
    });
  });

  it('says how many bytes are still needed, and after a failed sync promises nothing', () => {
    expect(diskError(system('ENOSPC', 'write'), '/m/blob', 42)).toMatchObject({
      message: 'There is no space left for /m/blob: 42 B more are needed.',
      hint: expect.stringContaining('it goes on'),
      details: { path: '/m/blob', needed: 42 },
    });
    expect(diskError(system('ENOSPC', 'fsync'), '/m/blob', 42)).toMatchObject({ hint: expect.not.stringContaining('it goes on') });
    expect(['fsync', 'fdatasync', 'write'].map((call) => isFailedSync(system('EIO', call)))).toEqual([true, true, false]);
  });

  it('knows a quota’s end, for which Node has no name', () => {
    const error = Object.assign(system('Unknown system error -122', 'write'), { errno: -constants.errno.EDQUOT });
    expect(diskError(error, '/m/blob')).toMatchObject({ code: 'E_NO_SPACE' });
  });

  it('leaves alone what is no disk’s: ours, the network’s, a bug’s', () => {
    for (const other of [
      new IlabError('E_NETWORK', 'x'),
      system('ECONNRESET', 'read'),
      system('ECONNREFUSED', 'connect'),
      new TypeError('x'),
      'text',
      undefined,
    ]) {
      expect(diskError(other, '/m/blob')).toBe(other);
    }
  });
});
