import { IlabError } from '@ilab/sdk';
import type { DeprecatedOption } from './options.ts';
import type { Part } from './read-words.ts';

type Old = Extract<Part, { kind: 'old' }>;

/**
 * Several names, each with its own version or file, were once given as lists side by side; each goes into its name.
 * @throws IlabError E_USAGE when the lists differ in length, which once lost what was over
 */
export function pairDownloads(parts: readonly Part[]): readonly Part[] {
  const old = parts.filter((part): part is Old => part.kind === 'old');
  const lists = [...Map.groupBy(old, ({ option }) => option)].filter(([option, { length }]) => goesWith(option) !== undefined && length > 1);
  const joined = new Map<Part, string>();
  const gone = new Set<Part>();
  for (const [option, values] of lists) {
    const { option: other = '', after = '@' } = goesWith(option) ?? {};
    const names = old.filter((part) => part.option.old === other);
    if (names.length < 2) continue;
    if (names.length !== values.length) {
      throw new IlabError('E_USAGE', `${option.old} is given ${values.length} times, and ${other} ${names.length} times.`, {
        hint: `Say ${option.say}, for each of them.`,
      });
    }
    for (const [index, name] of names.entries()) joined.set(name, `${joined.get(name) ?? name.value}${after}${values[index]?.value ?? ''}`);
    for (const value of values) gone.add(value);
  }
  return parts.filter((part) => !gone.has(part)).map((part) => (part.kind === 'old' ? { ...part, value: joined.get(part) ?? part.value } : part));
}

function goesWith({ becomes }: DeprecatedOption): { readonly option: string; readonly after: '@' | '#' } | undefined {
  return typeof becomes === 'object' && 'flag' in becomes ? becomes.goesWith : undefined;
}
