import * as v from 'valibot';
import { text } from './values.ts';

/** Exactly as in a certificate: a pattern here would be somebody else's way in. */
const exact = v.pipe(
  text,
  v.check((value) => !value.includes('*'), 'it is compared exactly, and can be no pattern'),
);

/** Strict: a policy with a key that is spelled wrong would ask for less than it seems to. */
export const signaturePolicy = v.pipe(
  v.strictObject({
    match: v.pipe(text, v.regex(/^(?!\/)[^\s@]+(?<!\/)$/, 'it is a glob over host/repository'), v.excludes('://', 'it begins with a host, not with a scheme')),
    mode: v.picklist(['require', 'warn', 'off']),
    keys: v.optional(v.array(text)),
    identities: v.optional(v.array(v.strictObject({ issuer: exact, subject: exact }))),
    trusted_root: v.optional(text),
  }),
  v.forward(
    v.check(({ mode, keys = [], identities = [] }) => mode === 'off' || keys.length + identities.length > 0, 'keys or identities have to say who is trusted'),
    ['mode'],
  ),
  v.forward(
    v.check(({ identities = [], trusted_root: root }) => identities.length === 0 || root !== undefined, 'identities need a trusted_root'),
    ['identities'],
  ),
);
