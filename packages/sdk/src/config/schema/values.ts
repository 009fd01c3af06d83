import * as v from 'valibot';

// Messages go behind the key, and before what stands there: “models.pull must be …, not “sometimes””.

export const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'));
export const texts = v.array(text, 'must be a list');
export const truth = v.boolean('must be true or false');

export function oneOf<const T extends readonly string[]>(options: T): v.PicklistSchema<T, string> {
  return v.picklist(options, `must be ${options.slice(0, -1).join(', ')} or ${options.at(-1)}`);
}

/** A section: keys that it does not know pass, as other tools and later versions have more. */
export function section<const T extends v.ObjectEntries>(entries: T): v.NullishSchema<v.LooseObjectSchema<T, string>, undefined> {
  return v.nullish(v.looseObject(entries, 'must be a section with keys'));
}

/** A mapping whose keys are the user's. */
export function mappingOf<const T extends v.GenericSchema>(
  of: string,
  value: T,
): v.NullishSchema<v.RecordSchema<v.StringSchema<undefined>, T, string>, undefined> {
  return v.nullish(v.record(v.string(), value, `must be a mapping of ${of}`));
}
