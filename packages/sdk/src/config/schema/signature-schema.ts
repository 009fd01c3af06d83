import * as v from 'valibot';
import { text } from './values.ts';

/** Exactly as in a certificate: a pattern here would be somebody else's way in. */
const exact = v.pipe(
  text,
  v.check((value) => !value.includes('*'), 'it is compared exactly, and can be no pattern'),
);

/** A plugin's verifier, and for whom it may vouch: nobody who is not named here. */
const verifierPolicy = v.strictObject({
  verifier: v.pipe(text, v.regex(/^[a-z][a-z0-9-]{0,30}$/, 'it is the name of a plugin’s verifier')),
  signers: v.pipe(v.array(exact), v.minLength(1, 'signers have to say for whom it may vouch')),
  trust: v.optional(v.array(text)),
});

/** Strict: a policy with a key that is spelled wrong would ask for less than it seems to. */
export const signaturePolicy = v.pipe(
  v.strictObject({
    match: v.pipe(text, v.regex(/^(?!\/)[^\s@]+(?<!\/)$/, 'it is a glob over host/repository'), v.excludes('://', 'it begins with a host, not with a scheme')),
    mode: v.picklist(['require', 'warn', 'off']),
    keys: v.optional(v.array(text)),
    identities: v.optional(v.array(v.strictObject({ issuer: exact, subject: exact }))),
    trusted_root: v.optional(text),
    verifiers: v.optional(v.array(verifierPolicy)),
  }),
  v.forward(
    v.check(
      ({ mode, keys = [], identities = [], verifiers = [] }) => mode === 'off' || keys.length + identities.length + verifiers.length > 0,
      'keys, identities or verifiers have to say who is trusted',
    ),
    ['mode'],
  ),
  v.forward(
    v.check(({ identities = [], trusted_root: root }) => identities.length === 0 || root !== undefined, 'identities need a trusted_root'),
    ['identities'],
  ),
);
