import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { migrateText } from '../../src/config/migrate-text.ts';
import { type ParsedConfig, parseConfig } from '../../src/config/parse-config.ts';

const FOLDER = new URL('golden/', import.meta.url);
const NAMES = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.old.yaml') ? [file.slice(0, -'.old.yaml'.length)] : []));

function parsed(text: string): ParsedConfig {
  const result = parseConfig(text);
  if ('problem' in result) throw new Error(JSON.stringify(result.problem));
  return result;
}

function migrated(text: string): string {
  const result = migrateText(text);
  if ('problem' in result) throw new Error(JSON.stringify(result.problem));
  return result.text;
}

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** What older InstructLabs left. The new files are for reading: a change in one is a change in what users get. */
describe.each(NAMES)('%s', (name) => {
  const old = read(`${name}.old.yaml`);

  it('becomes the new file, and what was done is told', async () => {
    await expect(migrated(old)).toMatchFileSnapshot(`golden/${name}.new.yaml`);
    const { conversion } = parsed(old);
    const moved = conversion?.moved.map(({ from, to, line }) => `line ${line}: ${from} -> ${to}`) ?? [];
    const notes = conversion?.notes.map(({ line, message }) => `line ${line}: ${message}`) ?? [];
    await expect(`${[`from ${conversion?.from}`, ...moved, ...notes].join('\n')}\n`).toMatchFileSnapshot(`golden/${name}.told.txt`);
  });

  it('means the same before and after', () => {
    const { config, conversion } = parsed(migrated(old));
    expect(config).toEqual(parsed(old).config);
    expect(conversion).toBeUndefined();
  });

  it('stays as it is when it is migrated again', () => {
    expect(migrated(migrated(old))).toBe(migrated(old));
  });
});

it('are enough', () => expect(NAMES.length).toBeGreaterThanOrEqual(12));
