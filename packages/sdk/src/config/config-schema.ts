import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty());

const registry = v.looseObject({
  insecure: v.optional(v.boolean()),
  mirrors: v.optional(v.array(text)),
  ca: v.nullish(text),
  source: v.optional(text),
});

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
    }),
  ),
});

export type Config = v.InferOutput<typeof configSchema>;
