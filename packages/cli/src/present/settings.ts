import type { Setting } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatTable } from './table.ts';

/** A value as text: what is text as it is, what has parts as JSON. */
export function settingText(value: unknown): string {
  return printable(typeof value === 'string' ? value : (JSON.stringify(value) ?? '-'));
}

/** `places`: each with the file and line, the variable or the flag that decides. */
export function presentSettings(settings: readonly Setting[], { places }: { readonly places: boolean }): string {
  return formatTable(settings, [
    { title: 'KEY', value: ({ key }) => key },
    { title: 'VALUE', value: ({ value }) => settingText(value) },
    { title: 'FROM', value: places ? place : ({ origin }) => (origin.startsWith('file ') ? 'file' : origin) },
  ]);
}

function place({ origin, line, formerly }: Setting): string {
  if (!origin.startsWith('file ')) return origin;
  return `${origin.slice('file '.length)}${line === undefined ? '' : `:${line}`}${formerly === undefined ? '' : ` (${formerly})`}`;
}
