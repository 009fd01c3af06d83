/** What oclif fills in in texts of help, written by others; everything else between these signs it would run. */
const TEMPLATE = /<%(?!= (?:config\.bin|command\.id) %>)/g;

/** The same value, with texts that are only texts. */
export function withoutTemplates<Value>(value: Value): Value {
  return plain(value) as Value;
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(TEMPLATE, '< %');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
