/** Whether a value of somebody's JSON is an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is a list of texts, each of which fits. */
export function isListOf(value: unknown, pattern: RegExp): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item));
}

/** Whether it names a module inside its package. */
export function isEntry(value: unknown): value is string {
  return typeof value === 'string' && /^\.\/[\w./-]+\.[cm]?js$/.test(value) && !value.includes('..');
}
