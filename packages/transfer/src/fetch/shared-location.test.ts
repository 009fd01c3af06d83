import type { LocateOptions } from '@ilab/core';
import { describe, expect, it, vi } from 'vitest';
import { shareLocation } from './shared-location.ts';

const options = { userAgent: 'test/1' };
/** A registry that numbers its answers. */
const registry = (more: { readonly expires?: number } = {}) => {
  let asked = 0;
  return vi.fn(async () => ({ url: `https://r.example/${++asked}`, headers: { authorization: `Bearer ${asked}` }, ...more }));
};

describe('a shared location', () => {
  it('is asked for once by all, with their user agent', async () => {
    const locate = registry();
    const location = shareLocation(locate, options);
    const [first, second] = await Promise.all([location.current({}), location.current({})]);
    expect(first?.hop).toEqual({ url: new URL('https://r.example/1'), headers: { 'user-agent': 'test/1', authorization: 'Bearer 1' } });
    expect(second).toEqual(first);
    expect(locate).toHaveBeenCalledOnce();
  });

  it('that is refused is asked for anew, once for all who were refused', async () => {
    const locate = registry();
    const location = shareLocation(locate, options);
    const old = await location.current({});
    location.refuse(old);
    location.refuse(old);
    const fresh = await location.current({});
    location.refuse(old);
    expect(await location.current({})).toEqual(fresh);
    expect(fresh.hop.url.pathname).toBe('/2');
    expect(locate).toHaveBeenCalledTimes(2);
  });

  it('that settled elsewhere is used from there, until it is refused', async () => {
    const location = shareLocation(registry(), options);
    const located = await location.current({});
    const signed = { url: new URL('https://cdn.example/signed'), headers: {} };
    location.settled(located, signed);
    expect((await location.current({})).hop).toEqual(signed);
    location.refuse(located);
    expect((await location.current({})).hop.url.href).toBe('https://r.example/2');
  });

  it('does not settle where an older answer led', async () => {
    const location = shareLocation(registry(), options);
    const old = await location.current({});
    location.refuse(old);
    await location.current({});
    location.settled(old, { url: new URL('https://cdn.example/expired'), headers: {} });
    expect((await location.current({})).hop.url.href).toBe('https://r.example/2');
  });

  it('is asked for anew shortly before it expires', async () => {
    const locate = registry({ expires: Date.now() + 4000 });
    const location = shareLocation(locate, options);
    await location.current({});
    expect(locate).toHaveBeenCalledTimes(2);
    const lasting = registry({ expires: Date.now() + 60_000 });
    const other = shareLocation(lasting, options);
    await other.current({});
    await other.current({});
    expect(lasting).toHaveBeenCalledOnce();
  });

  it('that could not be had is asked for again by the next', async () => {
    const locate = vi.fn().mockRejectedValueOnce(new Error('not now')).mockResolvedValue({ url: 'https://r.example/', headers: {} });
    const location = shareLocation(locate, options);
    await expect(location.current({})).rejects.toThrow('not now');
    expect((await location.current({})).hop.url.href).toBe('https://r.example/');
  });

  it('that is given up is asked for anew, and who was slower goes along; the last can’t be given up', async () => {
    const locate = vi.fn(async ({ failed = [] }: LocateOptions) => ({ url: `https://r.example/${failed.length}`, headers: {}, more: failed.length < 1 }));
    const location = shareLocation(locate, options);
    const first = await location.current({});
    expect([location.several, location.giveUp('E_NETWORK', first), location.giveUp('E_NETWORK', first)]).toEqual([true, true, true]);
    const last = await location.current({});
    expect(last.hop.url.pathname).toBe('/1');
    expect(locate).toHaveBeenLastCalledWith({ failed: [{ url: 'https://r.example/0', code: 'E_NETWORK' }] });
    // Nor when it was asked for anew meanwhile: two who are refused would go on for ever.
    location.refuse(last);
    await location.current({});
    expect(location.giveUp('E_FORBIDDEN', last)).toBe(false);
    expect(locate).toHaveBeenCalledTimes(3);
  });

  it('must be an address that may be asked', async () => {
    const location = shareLocation(async () => ({ url: 'http://r.example/', headers: {} }), options);
    await expect(location.current({})).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
    const insecure = shareLocation(async () => ({ url: 'http://r.example/', headers: {} }), { ...options, registries: { 'r.example': { insecure: true } } });
    expect((await insecure.current({})).hop.url.href).toBe('http://r.example/');
  });
});
