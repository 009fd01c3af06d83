import type { RegistrySettings } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { parseRegistriesConf } from '../src/configuration/parse-registries-conf.ts';
import { checkNotBlocked, hostSettings, pullSources, type RegistriesConfiguration, withSettings } from '../src/index.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function configured(toml: string): RegistriesConfiguration {
  return { entries: [], search: [], aliases: {}, files: [], ...parseRegistriesConf(toml, '/etc/containers/registries.conf') };
}

/** Where a name is asked for, in order. */
function sources(configuration: RegistriesConfiguration, name: string): readonly string[] {
  const [, host = '', repository = '', digest, tag] = /^([^/]+)\/([^@]*?)(?:@(.+)|:([^/@]+))$/.exec(name) ?? [];
  return pullSources(configuration, { host, repository, reference: digest ?? tag ?? '' }).map(
    (source) => `${source.isMirror ? 'mirror ' : ''}${source.host}/${source.repository} ${source.reference}`,
  );
}

describe('where something is pulled from', () => {
  it('is where it was asked for, when nothing is configured', () => {
    expect(sources(configured(''), 'quay.io/a/b:v1')).toEqual(['quay.io/a/b v1']);
  });

  it('is decided by the longest prefix, which ends where a part of the name ends', () => {
    const configuration = configured(
      `${['quay.io', 'quay.io/acme', 'quay.io/acme/model', '*.io', 'localhost']
        .map((prefix, index) => `[[registry]]\nprefix = "${prefix}"\nlocation = "r${index}.example"\n`)
        .join('')}[[registry]]\nprefix = "quay.io/acme/model:v9"\nlocation = "pinned.example/x:v8"\n`,
    );
    expect(sources(configuration, 'quay.io/b:v1')).toEqual(['r0.example/b v1']);
    expect(sources(configuration, 'quay.io/acme/b:v1')).toEqual(['r1.example/b v1']);
    expect(sources(configuration, `quay.io/acme/model/x@${DIGEST}`)).toEqual([`r2.example/x ${DIGEST}`]);
    expect(sources(configuration, 'quay.io/acmeb/x:v1')).toEqual(['r0.example/acmeb/x v1']);
    expect(sources(configuration, 'ghcr.io/a:v1')).toEqual(['r3.example/a v1']);
    expect(sources(configuration, 'localhost:5000/a:v1')).toEqual(['localhost:5000/a v1']);
    expect(sources(configuration, 'quay.io/acme/model:v9')).toEqual(['pinned.example/x v8']);
    expect(sources(configuration, 'notio/a:v1')).toEqual(['notio/a v1']);
  });

  it('is every mirror in order, then the repository itself', () => {
    const configuration = configured(`[[registry]]
prefix = "quay.io/acme"
location = "origin.example/a"
[[registry.mirror]]
location = "one.example:5000/m"
[[registry.mirror]]
location = "two.example"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "three.example"
pull-from-mirror = "tag-only"
`);
    expect(sources(configuration, 'quay.io/acme/b:v1')).toEqual(['mirror one.example:5000/m/b v1', 'mirror three.example/b v1', 'origin.example/a/b v1']);
    expect(sources(configuration, `quay.io/acme/b@${DIGEST}`)).toEqual([
      `mirror one.example:5000/m/b ${DIGEST}`,
      `mirror two.example/b ${DIGEST}`,
      `origin.example/a/b ${DIGEST}`,
    ]);
  });

  it('is nowhere, when the configuration blocks it, and who says so is told', () => {
    const configuration = configured('[[registry]]\nlocation = "quay.io/bad"\nblocked = true\n[[registry]]\nlocation = "quay.io/bad/good"\n');
    const refused = expect.objectContaining({ code: 'E_FORBIDDEN', message: expect.stringContaining('/etc/containers/registries.conf') });
    expect(() => sources(configuration, 'quay.io/bad/x:v1')).toThrow(refused);
    expect(() => checkNotBlocked(configuration, { host: 'quay.io', repository: 'bad/x' })).toThrow(refused);
    expect(sources(configuration, 'quay.io/bad/good:v1')).toEqual(['quay.io/bad/good v1']);
    expect(() => checkNotBlocked(configuration, { host: 'quay.io', repository: 'fine' })).not.toThrow();
  });

  it('has no location that makes no name', () => {
    const configuration = configured('[[registry]]\nprefix = "quay.io/acme/model"\nlocation = "r.example"\n');
    expect(() => sources(configuration, 'quay.io/acme/model:v1')).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG' }));
  });
});

describe('ilab’s own settings', () => {
  const settings = (registries: Record<string, RegistrySettings>, toml = ''): RegistriesConfiguration => withSettings(configured(toml), registries);

  it('bring mirrors, in the place of those of other files', () => {
    const toml = '[[registry]]\nlocation = "quay.io"\n[[registry.mirror]]\nlocation = "old.example"\n';
    expect(sources(settings({ 'quay.io': { mirrors: ['new.example/q/'] } }, toml), 'quay.io/a:v1')).toEqual(['mirror new.example/q/a v1', 'quay.io/a v1']);
    expect(sources(settings({ 'quay.io': { mirrors: [] } }, toml), 'quay.io/a:v1')).toEqual(['quay.io/a v1']);
    expect(sources(settings({ 'quay.io': { insecure: true } }, toml), 'quay.io/a:v1')).toEqual(['mirror old.example/a v1', 'quay.io/a v1']);
  });

  it('open nothing that is blocked', () => {
    const blocked = settings({ 'a.corp.example': { mirrors: ['m.example'] } }, '[[registry]]\nprefix = "*.corp.example"\nblocked = true\n');
    expect(() => sources(blocked, 'a.corp.example/x:v1')).toThrow(expect.objectContaining({ code: 'E_FORBIDDEN' }));
  });

  it.each(['https://m.example', 'm.example/../x', '', 'a b'])('name no mirror %j', (mirror) => {
    expect(() => settings({ 'quay.io': { mirrors: [mirror] } })).toThrow(
      expect.objectContaining({ code: 'E_BAD_CONFIG', message: expect.stringContaining('models.registries.quay.io.mirrors') }),
    );
  });
});

describe('what is known of hosts', () => {
  const toml = `[[registry]]
location = "a.example:5000"
insecure = true
[[registry]]
prefix = "quay.io/acme"
location = "b.example/x"
insecure = true
[[registry.mirror]]
location = "m.example/y"
insecure = true
[[registry]]
prefix = "*.corp.example"
insecure = true
[[registry]]
location = "safe.corp.example"
`;
  it('is who is insecure, by the host that keeps it; what ilab is told itself wins', () => {
    expect(hostSettings(configured(toml), { 'a.example:5000': { insecure: false }, 'm.example': { ca: '/ca.pem' } })).toEqual({
      'a.example:5000': { insecure: false },
      'b.example': { insecure: true },
      'm.example': { insecure: true, ca: '/ca.pem' },
      '*.corp.example': { insecure: true },
      'safe.corp.example': {},
    });
  });
});
