/**
 * The line (from 1) in which a key of a TOML text stands, as far as it is written in the plain way: at the beginning of a line, below
 * its table's header. The parser tells where its own errors are, and nothing of values that it takes.
 * @param path as `registry[1].mirror[0].insecure`; in parts, where one of them has dots
 */
export function lineOf(text: string, path: string | readonly string[]): number | undefined {
  const lines = text.split('\n');
  const parts = typeof path === 'string' ? path.split('.') : path;
  const last = parts.at(-1) ?? '';
  if (last.endsWith(']')) return afterHeader(lines, parts);
  const from = afterHeader(lines, parts.slice(0, -1));
  if (from === undefined) return undefined;
  const next = lines.findIndex((line, index) => index >= from && /^\s*\[/.test(line));
  const key = new RegExp(String.raw`^\s*"?${literally(last)}"?\s*=`);
  const found = lines.slice(from, next < 0 ? undefined : next).findIndex((line) => key.test(line));
  if (found >= 0) return from + found + 1;
  // A table where a value was expected, or a key that is missing: then its table is the place.
  const table = lines.findIndex((line) => new RegExp(String.raw`^\s*\[+\s*${literally(last)}[\].]`).test(line));
  return from > 0 ? from : table < 0 ? undefined : table + 1;
}

/** How many lines there are down to the header of nested tables, that line included. */
function afterHeader(lines: readonly string[], parts: readonly string[]): number | undefined {
  let at = 0;
  let name = '';
  for (const part of parts) {
    const [, key = part, count = '0'] = /^(.*)\[(\d+)\]$/.exec(part) ?? [];
    name = name === '' ? key : `${name}.${key}`;
    const header = new RegExp(String.raw`^\s*\[{1,2}\s*${literally(name)}\s*\]`);
    for (let left = Number(count); left >= 0; left--) {
      const next = lines.findIndex((line, index) => index >= at && header.test(line));
      if (next < 0) return undefined;
      at = next + 1;
    }
  }
  return at;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
