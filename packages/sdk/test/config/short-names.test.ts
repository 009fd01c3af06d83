import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { nullLogger, type ShortNames } from '@ilab/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShortNames } from '../../src/config/short-names.ts';

let home: string;
let names: ShortNames;
const warnings: string[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ilab-names-'));
  warnings.length = 0;
  const conf = write('.config/containers/registries.conf', '');
  names = createShortNames({ env: { CONTAINERS_REGISTRIES_CONF: conf }, home }, { ...nullLogger, warn: (text) => warnings.push(text) });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const RECORD = '.cache/instructlab/short-name-aliases.conf';
function write(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe('short names', () => {
  it('are kept when chosen, side by side, and found again with their line', async () => {
    await Promise.all([names.record('granite', 'quay.io/a/granite', {}), names.record('v1.5', 'quay.io/a/b', {})]);
    const file = join(home, RECORD);
    expect(await names.find('granite', {})).toEqual({ target: 'quay.io/a/granite', origin: `${file}:3` });
    expect(await names.find('v1.5', {})).toEqual({ target: 'quay.io/a/b', origin: `${file}:4` });
    await names.record('granite', 'quay.io/c/granite', {});
    expect(readFileSync(file, 'utf8')).toContain('\n[aliases]\n"granite" = "quay.io/c/granite"\n"v1.5" = "quay.io/a/b"\n');
  });

  it('mean what is written, before what was chosen', async () => {
    await names.record('granite', 'quay.io/chosen/granite', {});
    const file = write('.config/containers/registries.conf.d/names.conf', '[aliases]\n\n"granite" = "quay.io/written/granite"\n');
    expect(await names.find('granite', {})).toEqual({ target: 'quay.io/written/granite', origin: `${file}:3` });
    expect(await names.find('constructor', {})).toBeUndefined();
  });

  it('have no meaning where an entry is taken back and nothing was chosen', async () => {
    write('.config/containers/registries.conf', '[aliases]\ngranite = "quay.io/a/granite"\n');
    write('.config/containers/registries.conf.d/names.conf', '[aliases]\ngranite = ""\n');
    expect(await names.find('granite', {})).toBeUndefined();
  });

  it('go by the mode and the registries of Podman’s configuration', async () => {
    write('.config/containers/registries.conf', 'unqualified-search-registries = ["quay.io"]\nshort-name-mode = "permissive"\n');
    expect(await names.rules({})).toEqual({ mode: 'permissive', search: ['quay.io'] });
  });

  it('are used all the same where a choice can’t be kept', async () => {
    write(RECORD, '[aliases\n');
    await names.record('granite', 'quay.io/a/granite', {});
    expect(warnings).toEqual([expect.stringContaining(RECORD)]);
    expect(readFileSync(join(home, RECORD), 'utf8')).toBe('[aliases\n');
  });
});
