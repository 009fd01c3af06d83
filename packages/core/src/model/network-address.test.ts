import { describe, expect, it } from 'vitest';
import { isLoopback, isPrivateHost } from './network-address.ts';

/** As a URL spells it, which is how every caller has it. */
function hostname(host: string): string {
  return new URL(`http://${host}/`).hostname;
}

describe('isLoopback', () => {
  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '127.1', '127.255.255.254', '0x7f.1', '[::1]', '[0:0:0:0:0:0:0:1]'])('is true of %s', (host) => {
    expect(isLoopback(hostname(host))).toBe(true);
  });

  it.each(['localhost.example', '127.0.0.1.example', '128.0.0.1', '10.0.0.1', '[::2]', 'quay.io'])('is false of %s', (host) => {
    expect(isLoopback(hostname(host))).toBe(false);
  });
});

describe('isPrivateHost', () => {
  it.each([
    'localhost',
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '[fd00::1]',
    '[fe80::1]',
    '[::ffff:10.0.0.1]',
    '[::]',
  ])('is true of %s', (host) => {
    expect(isPrivateHost(hostname(host))).toBe(true);
  });

  it.each(['quay.io', '8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '169.253.0.1', '11.0.0.1', '[2001:db8::1]'])('is false of %s', (host) => {
    expect(isPrivateHost(hostname(host))).toBe(false);
  });
});
