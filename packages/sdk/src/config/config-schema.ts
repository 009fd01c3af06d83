import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty());

const registry = v.looseObject({
  insecure: v.optional(v.boolean()),
  mirrors: v.optional(v.array(text)),
  ca: v.nullish(text),
  source: v.optional(text),
});

/** Exactly as in a certificate: a pattern here would be somebody else's way in. */
const exact = v.pipe(
  text,
  v.check((value) => !value.includes('*'), 'it is compared exactly, and can be no pattern'),
);

/** Strict: a policy with a key that is spelled wrong would ask for less than it seems to. */
const signatures = v.pipe(
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

/** The model keys of a version 2 configuration. Other sections and unknown keys are none of its business and pass. */
export const configSchema = v.looseObject({
  version: v.optional(v.union([v.string(), v.number()])),
  models: v.optional(
    v.looseObject({
      dir: v.optional(text),
      checkpoints_dir: v.optional(text),
      extra_dirs: v.optional(v.array(text)),
      pull: v.optional(v.picklist(['missing', 'never', 'newer', 'always'])),
      offline: v.optional(v.boolean()),
      donors: v.optional(v.boolean()),
      max_connections: v.optional(v.number()),
      limit_rate: v.optional(v.union([v.string(), v.number()])),
      aliases: v.optional(v.record(v.string(), v.union([text, v.looseObject({ model: text })]))),
      short_names: v.optional(v.looseObject({ mode: v.optional(v.picklist(['enforcing', 'permissive', 'disabled'])), search: v.optional(v.array(text)) })),
      registries: v.optional(v.record(v.string(), registry)),
      signatures: v.optional(v.array(signatures)),
    }),
  ),
});

export type Config = v.InferOutput<typeof configSchema>;
