import { closest, distance } from '@ilab/core';
import { SETTING_KEYS } from '../schema/settings.ts';

/** A key of a file that no setting has. */
export interface UnknownKey {
  readonly path: readonly string[];
  /** The setting or section that it looks like, where it looks like one. */
  readonly instead?: string;
}

/** Sections that are ilab's alone: what is unknown in them is read by nobody. Elsewhere it may be another tool's. */
const OWN = ['models', 'models.short_names'];
/** What InstructLab reads and looks like something else. */
const CARRIED = new Set(['general', 'metadata']);
const SECTIONS = [
  ...new Set(
    SETTING_KEYS.flatMap((key) =>
      key
        .split('.')
        .slice(0, -1)
        .map((_name, index, names) => names.slice(0, index + 1).join('.')),
    ),
  ),
];
/** Mappings whose keys are the user's. */
const FREE = new Set<string>(['models.aliases', 'models.registries']);
const NAMES = [...SETTING_KEYS, ...SECTIONS];

/** A section or mapping that is a list: lists are objects, too, to the library that checks. */
export function listAsSection(config: unknown): string | undefined {
  return [...SECTIONS, ...FREE].find((section) => Array.isArray(valueAt(config, section)));
}

/** Keys that nothing reads, and those elsewhere that look like a slip of the pen. */
export function unknownKeys(config: unknown): readonly UnknownKey[] {
  return ['', ...SECTIONS].flatMap((section) => unknownIn(section, valueAt(config, section)));
}

function unknownIn(section: string, value: unknown): readonly UnknownKey[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || FREE.has(section)) return [];
  const prefix = section === '' ? '' : `${section}.`;
  const known = NAMES.filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('.')).map((name) => name.slice(prefix.length));
  return Object.keys(value).flatMap((name): readonly UnknownKey[] => {
    if ([...known, 'version'].includes(name) || CARRIED.has(prefix + name)) return [];
    const near = closest(name, known);
    const path = [...(section === '' ? [] : section.split('.')), name];
    if (near !== undefined && distance(name, near) <= (name.length > 4 ? 2 : 1)) return [{ path, instead: prefix + near }];
    return OWN.includes(section) ? [{ path }] : [];
  });
}

function valueAt(config: unknown, section: string): unknown {
  if (section === '') return config;
  return section.split('.').reduce<unknown>((value, name) => (typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined), config);
}
