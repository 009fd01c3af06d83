import { dirname, resolve } from 'node:path';
import type { SignaturePolicy } from '@ilab/core';
import type { Config } from './schema/config-schema.ts';

type Written = NonNullable<NonNullable<Config['models']>['signatures']>;

/** Policies as they are used. Paths in a configuration are relative to it, so that it means the same from everywhere. */
export function signaturePolicies(written: Written, { file, home }: { readonly file: string; readonly home: string }): readonly SignaturePolicy[] {
  const place = (path: string): string => resolve(dirname(file), path.replace(/^~(?=$|\/)/, home));
  return written.map(({ match, mode, keys = [], identities = [], trusted_root: root }) => ({
    match,
    mode,
    keys: keys.map(place),
    identities,
    ...(root !== undefined && { trustedRoot: place(root) }),
  }));
}
