import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RegistriesConfiguration, readRegistriesConf } from '../src/index.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ilab-conf-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const user = (name: string): string => join(home, '.config', 'containers', name);
const system = (name: string): string => join(home, 'etc', name);
function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const read = (env: Record<string, string> = {}): Promise<RegistriesConfiguration> => readRegistriesConf({ env, home, system: join(home, 'etc') });
const prefixes = ({ entries }: RegistriesConfiguration): readonly string[] => entries.map(({ prefix }) => prefix);

describe('registries.conf', () => {
  it('says nothing where there is none', async () => {
    expect(await read()).toEqual({ entries: [], search: [], aliases: {}, files: [] });
  });

  it('is read with all that the format has', async () => {
    const file = write(
      user('registries.conf'),
      `unqualified-search-registries = ["Quay.io", "docker.io"]
short-name-mode = "permissive"
credential-helpers = ["secretservice"]
[[registry]]
location = "quay.io/"
mirror-by-digest-only = true
[[registry.mirror]]
location = "mirror.example:5000/quay"
insecure = true
[[registry]]
prefix = "example.com/foo"
location = "Internal.example/bar"
blocked = true
[[registry.mirror]]
location = "a.example"
pull-from-mirror = "tag-only"
[[registry.mirror]]
location = "b.example"
[[registry]]
prefix = "*.corp.example"
insecure = true
[aliases]
granite = "quay.io/ai-lab/models/granite-7b-lab"
`,
    );
    expect(await read()).toEqual({
      search: ['quay.io', 'docker.io'],
      mode: 'permissive',
      aliases: { granite: { target: 'quay.io/ai-lab/models/granite-7b-lab', file, line: 23 } },
      files: [file],
      entries: [
        {
          prefix: 'quay.io',
          location: 'quay.io',
          insecure: false,
          blocked: false,
          file,
          mirrors: [{ location: 'mirror.example:5000/quay', insecure: true, use: 'digest-only' }],
        },
        {
          prefix: 'example.com/foo',
          location: 'internal.example/bar',
          insecure: false,
          blocked: true,
          file,
          mirrors: [
            { location: 'a.example', insecure: false, use: 'tag-only' },
            { location: 'b.example', insecure: false, use: 'all' },
          ],
        },
        { prefix: '*.corp.example', insecure: true, blocked: false, mirrors: [], file },
      ],
    });
  });

  it('comes from where the environment says, else from the user, else from the administrator', async () => {
    write(system('registries.conf'), '[[registry]]\nlocation = "system.example"\n');
    write(system('registries.conf.d/1.conf'), '[[registry]]\nlocation = "dropped.example"\n');
    write(user('registries.conf.d/1.conf'), '[[registry]]\nlocation = "mine.example"\n');
    expect(prefixes(await read())).toEqual(['system.example', 'dropped.example', 'mine.example']);
    const chosen = write(join(home, 'chosen'), '[[registry]]\nlocation = "chosen.example"\n');
    expect(prefixes(await read({ CONTAINERS_REGISTRIES_CONF: chosen }))).toEqual(['chosen.example', 'dropped.example', 'mine.example']);
    write(user('registries.conf'), '[[registry]]\nlocation = "user.example"\n');
    expect(prefixes(await read())).toEqual(['user.example', 'mine.example']);
    const elsewhere = write(join(home, 'xdg', 'containers', 'registries.conf'), 'unqualified-search-registries = ["xdg.example"]\n');
    expect((await read({ XDG_CONFIG_HOME: join(home, 'xdg') })).files).toEqual([elsewhere]);
  });

  it('is changed by its drop-ins in order: same prefixes are replaced, lists too, aliases added', async () => {
    write(
      user('registries.conf'),
      'unqualified-search-registries = ["a.example"]\n[[registry]]\nlocation = "r.example"\n[aliases]\none = "a.example/1"\ntwo = "a.example/2"\n',
    );
    write(user('registries.conf.d/20.conf'), '[[registry]]\nlocation = "r.example"\nblocked = true\n[aliases]\ntwo = "c.example/2"\n');
    write(user('registries.conf.d/10.conf'), 'unqualified-search-registries = ["b.example"]\nshort-name-mode = "disabled"\n[aliases]\ntwo = "b.example/2"\n');
    write(user('registries.conf.d/30.txt'), 'no TOML');
    expect(await read()).toMatchObject({
      search: ['b.example'],
      mode: 'disabled',
      aliases: {
        one: { target: 'a.example/1', file: user('registries.conf'), line: 5 },
        two: { target: 'c.example/2', file: user('registries.conf.d/20.conf'), line: 5 },
      },
      entries: [{ prefix: 'r.example', blocked: true }],
    });
  });

  it.each([
    ['unqualified-search-registries = ["a"', /line 1/],
    [
      '[[registry]]\nlocation = "a.example"\n\n[[registry]]\nlocation = "b.example"\ninsecure = "yes"\n',
      /line 6: registry\[1\]\.insecure is neither true nor false/,
    ],
    [
      '[[registry]]\nlocation = "a.example"\n[[registry.mirror]]\nlocation = "https://b.example"\n',
      /line 4: registry\[0\]\.mirror\[0\]\.location .*leave out the scheme/,
    ],
    ['[[registry]]\nlocation = "a.example"\n[[registry.mirror]]\ninsecure = true\n', /line 3: registry\[0\]\.mirror\[0\]\.location is no location/],
    [
      '[[registry]]\nlocation = "a.example"\n[[registry.mirror]]\nlocation = "b.example"\npull-from-mirror = "often"\n',
      /line 5: .*can be all, digest-only, tag-only/,
    ],
    [
      '[[registry]]\nlocation = "a.example"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "b.example"\npull-from-mirror = "all"\n',
      /line 6: .*can’t both be set/,
    ],
    ['[[registry]]\nlocation = "a.example"\npull-from-mirror = "all"\n', /line 3: .*belongs to a mirror/],
    ['[[registry]]\nprefix = "a.example"\n', /line 1: registry\[0\] has a prefix and no location/],
    ['[[registry]]\nblocked = true\n', /line 1: registry\[0\] has neither/],
    [
      '[[registry]]\nlocation = "a.example"\n[[registry]]\nlocation = "a.example/"\n',
      /line 4: registry\[1\]\.prefix|line 3: registry\[1\]\.prefix is there twice/,
    ],
    ['[[registry]]\nlocation = "a.example/../b"\n', /line 2: .*no location/],
    ['[registry]\nlocation = "a.example"\n', /line 1: registry is no list of tables: write \[\[registry\]\]/],
    ['short-name-mode = "sometimes"\n', /line 1: short-name-mode can be enforcing/],
    ['unqualified-search-registries = "quay.io"\n', /line 1: unqualified-search-registries is no list/],
    ['[aliases]\na = 7\n', /line 2: aliases\.a is no text/],
    ['[registries.block]\nregistries = ["a.example"]\n', /line 1: registries is of version 1/],
  ])('that is wrong is told with file, line and key: %j', async (text, says) => {
    const path = write(user('registries.conf'), text);
    await expect(read()).rejects.toMatchObject({ code: 'E_BAD_CONFIG', message: expect.stringMatching(says) });
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining(path), hint: expect.stringMatching(/./) });
  });

  it.skipIf(process.getuid?.() === 0)('that can’t be read is not taken for none: it may block something', async () => {
    chmodSync(write(user('registries.conf'), ''), 0);
    await expect(read()).rejects.toMatchObject({ code: 'E_BAD_CONFIG', hint: expect.stringContaining('ls -l') });
  });
});
