import { dirname, resolve } from 'node:path';
import { properHost, type SignaturePolicy } from '@ilab/core';
import { KNOWN_SOURCES } from '../plugins/known-sources.ts';
import type { Config } from './schema/config-schema.ts';

type Written = NonNullable<NonNullable<Config['models']>['signatures']>;

/** Policies as they are used. Paths in a configuration are relative to it, so that it means the same from everywhere. */
export function signaturePolicies(written: Written, { file, home }: { readonly file: string; readonly home: string }): readonly SignaturePolicy[] {
  const place = (path: string): string => resolve(dirname(file), path.replace(/^~(?=$|\/)/, home));
  return written.map(({ match, mode, keys = [], identities = [], trusted_root: root, verifiers = [] }) => ({
    match: withProperHost(match),
    mode,
    keys: keys.map(place),
    identities,
    ...(root !== undefined && { trustedRoot: place(root) }),
    ...(verifiers.length > 0 && { verifiers: verifiers.map(({ trust = [], ...one }) => ({ ...one, trust: trust.map(place) })) }),
  }));
}

/** By the name that models of a host go by: a policy for `hf.co` is one for `huggingface.co`, and would fit nothing as it is written. */
function withProperHost(match: string): string {
  const [host = '', ...rest] = match.split('/');
  return [properHost(host.toLowerCase(), { manifests: KNOWN_SOURCES.map(({ manifest }) => manifest) }), ...rest].join('/');
}
