import { IlabError, type ModelRow } from '@ilab/sdk';

/** Whether a row is wanted. */
export type RowFilter = (row: ModelRow) => boolean;

type Comparison = { readonly field: string; readonly operator: string; readonly value: string };

/** Columns by the names that a filter has for them; what a row does not have is empty. */
const TEXTS: Readonly<Record<string, (row: ModelRow) => string>> = {
  name: ({ name }) => name,
  version: ({ version }) => version,
  format: ({ format }) => format,
  modified: ({ modified }) => modified,
  id: ({ revision = '' }) => revision,
  base: ({ base = '' }) => base,
  parent: ({ parent = '' }) => parent,
};
const FIELDS = [...Object.keys(TEXTS), 'size'];
const ORDERED = ['version', 'modified', 'size'];
const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12, kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };

/**
 * Reads `size>1GB and format=gguf`: comparisons that must all hold. `=`, `!=`, `<` and `>` compare, `~` is a glob over the whole value.
 * @throws IlabError E_USAGE
 */
export function parseFilter(text: string): RowFilter {
  const tests = text.split(/\s+and\s+/i).map((part) => testOf(readComparison(part)));
  return (row) => tests.every((test) => test(row));
}

function readComparison(part: string): Comparison {
  const [, field = '', operator = '', value = ''] = /^\s*([a-z]+)\s*(!=|[=<>~])\s*(.*?)\s*$/i.exec(part) ?? [];
  const known = field.toLowerCase();
  if (operator === '' || value === '') throw misread(`“${part.trim()}” is no comparison.`);
  if (!FIELDS.includes(known)) throw misread(`There is no column “${field}”.`);
  if ((operator === '<' || operator === '>') && !ORDERED.includes(known)) throw misread(`“${known}” has no order.`);
  return { field: known, operator, value };
}

function testOf({ field, operator, value }: Comparison): RowFilter {
  if (field === 'size') return bySize(operator, value);
  const text = TEXTS[field] ?? (() => '');
  if (operator === '~') {
    const glob = globPattern(value);
    return (row) => glob.test(text(row));
  }
  if (operator === '<') return (row) => compare(text(row), value) < 0;
  if (operator === '>') return (row) => compare(text(row), value) > 0;
  return (row) => (text(row).toLowerCase() === value.toLowerCase()) === (operator === '=');
}

function bySize(operator: string, value: string): RowFilter {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b)?$/i.exec(value) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (number === undefined || factor === undefined || operator === '~') throw misread(`“${operator}${value}” is no comparison with a size.`);
  const bytes = Number(number) * factor;
  if (operator === '<') return ({ size }) => size < bytes;
  if (operator === '>') return ({ size }) => size > bytes;
  return ({ size }) => (size === bytes) === (operator === '=');
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function globPattern(glob: string): RegExp {
  const literal = glob.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 'iu');
}

function misread(problem: string): IlabError {
  return new IlabError('E_USAGE', problem, {
    hint: `As in 'size>1GB and format=gguf'. Columns: ${FIELDS.join(', ')}; comparisons: = != < > (of version, modified, size) and ~ for a glob.`,
  });
}
