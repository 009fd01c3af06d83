import { parse, TomlError } from 'smol-toml';
import { isRecord } from '../content/record.ts';
import { lineOf } from './line-of.ts';
import { readLocation } from './location.ts';
import type { AliasEntry, MirrorEntry, MirrorUse, RegistriesConfiguration, RegistryEntry, ShortNameMode } from './registries-configuration.ts';

/** What one file says; what it does not say is not there. */
export type ParsedFile = Partial<Omit<RegistriesConfiguration, 'files'>>;

/** What is wrong, and where: `line 3: registry[0].insecure is no boolean`. */
export class ConfigurationProblem extends Error {}

type Table = Readonly<Record<string, unknown>>;
const MODES: readonly ShortNameMode[] = ['enforcing', 'permissive', 'disabled'];
const USES: readonly MirrorUse[] = ['all', 'digest-only', 'tag-only'];

/**
 * Reads the second version of the format (containers-registries.conf(5)). Keys that it does not know are none of its business.
 * @throws ConfigurationProblem
 */
export function parseRegistriesConf(text: string, file: string): ParsedFile {
  const toml = readToml(text);
  const read = createReader(text);
  // What a first version blocks must not be open because nobody reads it any more.
  if (toml['registries'] !== undefined) read.fail('registries', 'is of version 1 of the format; write [[registry]] tables instead');
  const entries = read.tables(toml, 'registry', '').map((table, index) => readEntry(read, { table, path: `registry[${index}]`, file }));
  checkTwice(read, entries);
  const mode = read.oneOf(toml, 'short-name-mode', MODES, '');
  const search = read.texts(toml, 'unqualified-search-registries');
  return {
    ...(toml['registry'] !== undefined && { entries }),
    ...(search && { search: search.map((host) => location(read, host, 'unqualified-search-registries')) }),
    ...(mode !== undefined && { mode }),
    ...(toml['aliases'] !== undefined && { aliases: read.aliases(toml, file) }),
  };
}

function readToml(text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split('\n', 1)[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new ConfigurationProblem(`line ${error.line}: ${what}`);
  }
}

type Reader = ReturnType<typeof createReader>;

/** Values by key, and where they stand when they are wrong. */
function createReader(text: string) {
  const fail = (path: string, problem: string): never => {
    const line = lineOf(text, path);
    throw new ConfigurationProblem(`${line === undefined ? '' : `line ${line}: `}${path} ${problem}`);
  };
  const text_ = (table: Table, key: string, path: string): string | undefined => {
    const value = table[key];
    if (value === undefined || typeof value === 'string') return value;
    return fail(join(path, key), 'is no text');
  };
  return {
    fail,
    text: text_,
    truth(table: Table, key: string, path: string): boolean {
      const value = table[key] ?? false;
      return typeof value === 'boolean' ? value : fail(join(path, key), 'is neither true nor false');
    },
    oneOf<T extends string>(table: Table, key: string, values: readonly T[], path: string): T | undefined {
      const value = text_(table, key, path);
      const found = values.find((one) => one === value);
      if (value === undefined || found !== undefined) return found;
      return fail(join(path, key), `can be ${values.join(', ')}`);
    },
    texts(table: Table, key: string): readonly string[] | undefined {
      const value = table[key];
      if (value === undefined) return undefined;
      if (Array.isArray(value) && value.every((one): one is string => typeof one === 'string')) return value;
      return fail(key, 'is no list of texts');
    },
    tables(table: Table, key: string, path: string): readonly Table[] {
      const value = table[key] ?? [];
      if (Array.isArray(value) && value.every(isRecord)) return value;
      return fail(join(path, key), `is no list of tables: write [[${join(path.replace(/\[\d+\]/g, ''), key)}]]`);
    },
    aliases(table: Table, file: string): Readonly<Record<string, AliasEntry>> {
      const value = table['aliases'];
      if (!isRecord(value)) return fail('aliases', 'is no table');
      return Object.fromEntries(
        Object.keys(value).map((name) => {
          const line = lineOf(text, ['aliases', name]);
          return [name, { target: text_(value, name, 'aliases') ?? '', file, ...(line !== undefined && { line }) }];
        }),
      );
    },
  };
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

type EntryTable = { readonly table: Table; readonly path: string; readonly file: string };

function readEntry(read: Reader, { table, path, file }: EntryTable): RegistryEntry {
  const given = { prefix: read.text(table, 'prefix', path), location: read.text(table, 'location', path) };
  const prefix = given.prefix ?? given.location;
  if (prefix === undefined || prefix === '') return read.fail(path, 'has neither a prefix nor a location');
  const isWild = prefix.startsWith('*.');
  const at = `${path}.${given.prefix === undefined ? 'location' : 'prefix'}`;
  if (!given.location && !isWild) read.fail(path, 'has a prefix and no location');
  if (table['pull-from-mirror'] !== undefined) read.fail(`${path}.pull-from-mirror`, 'belongs to a mirror: [[registry.mirror]]');
  const byDigestOnly = read.truth(table, 'mirror-by-digest-only', path);
  const mirrors = read
    .tables(table, 'mirror', path)
    .map((mirror, index) => readMirror(read, { table: mirror, path: `${path}.mirror[${index}]`, byDigestOnly }));
  return {
    prefix: isWild ? `*.${location(read, prefix.slice(2), at)}` : location(read, prefix, at),
    ...(given.location && { location: location(read, given.location, `${path}.location`) }),
    insecure: read.truth(table, 'insecure', path),
    blocked: read.truth(table, 'blocked', path),
    mirrors,
    file,
  };
}

function readMirror(
  read: Reader,
  { table, path, byDigestOnly }: { readonly table: Table; readonly path: string; readonly byDigestOnly: boolean },
): MirrorEntry {
  const use = read.oneOf(table, 'pull-from-mirror', USES, path);
  if (byDigestOnly && use !== undefined) read.fail(`${path}.pull-from-mirror`, 'and mirror-by-digest-only can’t both be set');
  return {
    location: location(read, read.text(table, 'location', path) ?? '', `${path}.location`),
    insecure: read.truth(table, 'insecure', path),
    use: use ?? (byDigestOnly ? 'digest-only' : 'all'),
  };
}

function location(read: Reader, text: string, path: string): string {
  if (/^[a-z]+:\/\//i.test(text)) read.fail(path, 'is no location: leave out the scheme');
  return readLocation(text) ?? read.fail(path, `is no location: “${text}”`);
}

function checkTwice(read: Reader, entries: readonly RegistryEntry[]): void {
  entries.forEach(({ prefix }, index) => {
    if (entries.findIndex((other) => other.prefix === prefix) < index) read.fail(`registry[${index}].prefix`, `is there twice: ${prefix}`);
  });
}
