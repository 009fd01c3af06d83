import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHostCertificates } from '../src/index.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'ilab-certs-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), `PEM of ${name.split('/').at(-1)}`);
  }
}
const find = (host: string) => readHostCertificates(host, { env: {}, home, system: join(home, 'etc') });

it('a host has no certificates where there is no directory for it, port included', () => {
  write('.config/containers/certs.d/r.example/ca.crt');
  expect(find('r.example:5000')).toBeUndefined();
});

it('authorities and a client’s pairs are read, other files are not', () => {
  write(...['a.crt', 'b.crt', 'me.cert', 'me.key', 'README'].map((name) => `.config/containers/certs.d/r.example:5000/${name}`));
  expect(find('r.example:5000')).toEqual({ authorities: ['PEM of a.crt', 'PEM of b.crt'], clients: [{ certificate: 'PEM of me.cert', key: 'PEM of me.key' }] });
});

it('the first directory that there is for a host is the one', () => {
  write('etc/docker/certs.d/r.example/docker.crt');
  expect(find('r.example')?.authorities).toEqual(['PEM of docker.crt']);
  write('etc/containers/certs.d/r.example/system.crt');
  expect(find('r.example')?.authorities).toEqual(['PEM of system.crt']);
  mkdirSync(join(home, '.config/containers/certs.d/r.example'), { recursive: true });
  expect(find('r.example')).toEqual({ authorities: [], clients: [] });
});

it('Docker Hub’s stand under its name', () => {
  write('etc/containers/certs.d/docker.io/ca.crt');
  expect(find('registry-1.docker.io')?.authorities).toHaveLength(1);
});

it.each(['me.cert', 'me.key'])('half of a pair is an error: %s alone', (name) => {
  write(`etc/containers/certs.d/r.example/${name}`);
  expect(() => find('r.example')).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG', message: expect.stringContaining(name) }));
});
