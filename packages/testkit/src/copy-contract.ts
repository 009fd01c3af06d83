import { nullProgress } from '@ilab/core';
import { expect, it } from 'vitest';
import { endingOf, isEnd, soonAborted } from './ending.ts';
import { expectPlain } from './plain.ts';
import type { RegistryUnderTest } from './registry-contract.ts';

/** What a registry promises that copies within its kind, see `Registry.copy`. */
export function copyContract(make: () => Promise<RegistryUnderTest>): void {
  it('copies if and only if it says that it does', async () => {
    const { registry } = await make();
    expect(typeof registry.copy).toBe(registry.capabilities.copy ? 'function' : 'undefined');
  });

  it('copies a revision so that it is the same elsewhere, and finds nothing to do the second time', async ({ skip }) => {
    const { registry, reference, destination } = await make();
    if (!registry.copy || !destination) return skip('this source does not copy');
    const { source, host, repository, revision, files } = await registry.resolve(reference, {});
    const request = { source: { source, host, repository, revision }, destination, referrers: true };
    const copied = await registry.copy(request, { progress: nullProgress });
    expectPlain(copied);
    expect(copied).toMatchObject({ revision, changed: true });
    expect(await registry.resolve(destination, {})).toMatchObject({ revision, files });
    expect(await registry.copy(request, { progress: nullProgress })).toMatchObject({ revision, changed: false, sent: 0 });
  });

  it('says of a revision that is not there that it can’t be copied, and names nothing', async ({ skip }) => {
    const { registry, reference, destination } = await make();
    if (!registry.copy || !destination) return skip('this source does not copy');
    const { source, host, repository, revision } = await registry.resolve(reference, {});
    const missing = { source, host, repository, revision: revision.replace(/[0-9a-f]{8}$/, 'deadbeef') };
    await expect(registry.copy({ source: missing, destination, referrers: false }, { progress: nullProgress })).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    await expect(registry.resolve(destination, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('ends a copy within a second of its signal', async ({ skip }) => {
    const { registry, silent, reference, destination } = await make();
    if (!silent.copy || !destination) return skip('this source does not copy');
    const { source, host, repository, revision } = await registry.resolve(reference, {});
    const request = { source: { source, host, repository, revision }, destination, referrers: true };
    const ending = await endingOf(silent.copy(request, { progress: nullProgress, signal: soonAborted() }));
    expect(ending).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
  });
}
