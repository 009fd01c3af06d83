import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { carrierTable } from '../../src/carriers/carrier-table.ts';
import { openCarriers } from '../../src/carriers/open-carriers.ts';
import { checkManifest } from '../../src/plugins/check-manifest.ts';
import type { PluginPackage } from '../../src/plugins/plugin-package.ts';

const { name, version, ilab } = JSON.parse(readFileSync(new URL('../../../../plugins/dragonfly/package.json', import.meta.url), 'utf8')) as {
  name: string;
  version: string;
  ilab: { carriers: [Record<string, unknown>] };
};
const [dragonfly] = ilab.carriers;
const plugin = (carriers: unknown, own = name): PluginPackage => ({
  name: own,
  version,
  root: '/nowhere',
  manifest: { apiVersion: 1, carriers },
  type: 'user',
});

describe('what a plugin says of a carrier', () => {
  it('is taken as Dragonfly’s plugin has it', () => {
    expect(checkManifest(plugin([dragonfly]))).toMatchObject({ state: 'valid', carriers: [{ carrier: 'dragonfly', address: 'http://127.0.0.1:4001' }] });
  });

  it.each<[string, object]>([
    ['has no name', { carrier: 'Dragon fly' }],
    ['is on another machine', { address: 'http://10.0.0.1:4001' }],
    ['is on another machine by its name', { address: 'http://localhost.evil.example:4001' }],
    ['has a user name', { address: 'http://me@127.0.0.1:4001' }],
    ['has a path', { address: 'http://127.0.0.1:4001/x' }],
    ['has no port', { address: 'http://127.0.0.1' }],
    ['speaks no HTTP', { address: 'file:///etc/passwd' }],
    ['sends credentials', { headers: { authorization: 'Bearer x' } }],
    ['sends a range', { headers: { range: 'bytes=0-0' } }],
    ['sends line ends', { headers: { 'x-a': 'b\r\nhost: evil' } }],
    ['sends line ends in names', { headers: { 'x-a\r\nb': 'c' } }],
    ['sends what is no text', { headers: { 'x-a': 7 } }],
    ['sends too much', { headers: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`x-${index}`, 'x'])) }],
    ['has no headers', { headers: null }],
    ['shows control characters', { summary: '\u001b[2J' }],
    ['wants a part of a byte', { least: 0.5 }],
  ])('is refused when it %s', (_what, change) => {
    expect(checkManifest(plugin([{ ...dragonfly, ...change }]))).toMatchObject({ state: 'invalid' });
  });

  it('belongs to the package that had its name first', () => {
    const { usable, unusable } = carrierTable([plugin([dragonfly]), plugin([{ ...dragonfly, address: 'http://127.0.0.1:9' }], 'evil')]);
    expect(usable.map(({ plugin: { name: owner } }) => owner)).toEqual([name]);
    expect(unusable).toMatchObject([{ plugin: { name: 'evil' }, reason: expect.stringContaining(name) }]);
  });
});

describe('what a user says of a carrier', () => {
  const manifests = [{ carrier: 'dragonfly', summary: '', address: 'http://127.0.0.1:4001', headers: {} }];

  it('comes before what its plugin says', () => {
    const settings = { dragonfly: { address: 'https://node.example:4001', trustedHosts: ['quay.io'] } };
    expect(openCarriers(manifests, settings)).toMatchObject([{ address: 'https://node.example:4001', trustedHosts: ['quay.io'] }]);
    expect(openCarriers(manifests)).toMatchObject([{ address: 'http://127.0.0.1:4001', trustedHosts: [] }]);
  });

  it.each(['127.0.0.1:4001', 'http://a/b', 'http://u:p@a', 'ftp://a', 'http://a/?x', ''])('is refused as an address of %j', (address) => {
    expect(() => openCarriers(manifests, { dragonfly: { address } })).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG' }));
  });
});
