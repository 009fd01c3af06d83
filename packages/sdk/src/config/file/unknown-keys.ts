import { closest, distance } from '@ilab/core';
import { CARRIED_KEYS } from '../schema/carried-keys.ts';
import { ENTRY_KEYS } from '../schema/config-schema.ts';
import { SETTING_KEYS } from '../schema/settings.ts';

/** A key of a file that no setting has. */
export interface UnknownKey {
  readonly path: readonly string[];
  /** The setting or section that it looks like, where it looks like one. */
  readonly instead?: string;
  /** Whether the file is not to be used with it: a section of ilab's own that would be another one than it seems. */
  readonly isProblem?: true;
}

/** Sections that are ilab's alone: what is unknown in them is read by nobody. Elsewhere it may be another tool's. */
const OWN = ['models', 'models.short_names'];
/** What InstructLab reads and looks like something else. */
const CARRIED = new Set(['general', 'metadata']);
/** Mappings whose keys are the user's. */
const FREE = new Set<string>(Object.keys(ENTRY_KEYS));
const SECTIONS = sectionsOf(SETTING_KEYS);
const NAMES = [...SETTING_KEYS, ...CARRIED_KEYS, ...sectionsOf([...SETTING_KEYS, ...CARRIED_KEYS])];

function sectionsOf(keys: readonly string[]): readonly string[] {
  const sections = keys.flatMap((key) =>
    key
      .split('.')
      .slice(0, -1)
      .map((_name, index, names) => names.slice(0, index + 1).join('.')),
  );
  return [...new Set(sections)];
}

/** A section or mapping that is a list: lists are objects, too, to the library that checks. */
export function listAsSection(config: unknown): string | undefined {
  return [...SECTIONS, ...FREE].find((section) => Array.isArray(valueAt(config, section)));
}

/** Keys that nothing reads, and those elsewhere that look like a slip of the pen. */
export function unknownKeys(config: unknown): readonly UnknownKey[] {
  const sections = ['', ...sectionsOf([...SETTING_KEYS, ...CARRIED_KEYS])];
  return [...sections.flatMap((section) => unknownIn(section, valueAt(config, section))), ...unknownInEntries(config)];
}

function unknownIn(section: string, value: unknown): readonly UnknownKey[] {
  const prefix = section === '' ? '' : `${section}.`;
  const known = NAMES.filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('.')).map((name) => name.slice(prefix.length));
  return namesIn(value).flatMap((name): readonly UnknownKey[] => {
    if ([...known, 'version'].includes(name) || CARRIED.has(prefix + name)) return [];
    const near = alike(name, known);
    const path = [...(section === '' ? [] : section.split('.')), name];
    if (near !== undefined) return [{ path, instead: prefix + near, ...(section.startsWith('models') && { isProblem: true }) }];
    return OWN.includes(section) ? [{ path }] : [];
  });
}

/** In what the user has under names of their own: an entry of `models.registries`, and its like. They are ilab's alone. */
function unknownInEntries(config: unknown): readonly UnknownKey[] {
  return Object.entries(ENTRY_KEYS).flatMap(([mapping, known]) => {
    const entries = valueAt(config, mapping);
    return namesIn(entries).flatMap((entry) =>
      namesIn(Reflect.get(entries as object, entry)).flatMap((name): readonly UnknownKey[] => {
        if (known.includes(name)) return [];
        const near = alike(name, known);
        return [{ path: [...mapping.split('.'), entry, name], ...(near !== undefined && { instead: near }) }];
      }),
    );
  });
}

function namesIn(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function alike(name: string, known: readonly string[]): string | undefined {
  const near = closest(name, known);
  return near !== undefined && distance(name, near) <= (name.length > 4 ? 2 : 1) ? near : undefined;
}

function valueAt(config: unknown, section: string): unknown {
  if (section === '') return config;
  return section.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined), config);
}
