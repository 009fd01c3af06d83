import type { DeliveryRequest, DeliverySite, Registry, RemoteReference } from '@ilab/core';
import { expect, it } from 'vitest';
import { endingOf, soonAborted } from './ending.ts';
import type { RegistryUnderTest } from './registry-contract.ts';

/** What a registry promises that has a way of its own of bringing files, see `Registry.deliver`. */
export function deliveryContract(make: () => Promise<RegistryUnderTest>): void {
  it('delivers if and only if it says that it can', async () => {
    const { registry } = await make();
    expect(typeof registry.deliver).toBe(registry.capabilities.delivery ? 'function' : 'undefined');
  });

  it('declines where an older file is of no use, and writes nothing', async ({ skip }) => {
    const { registry, reference } = await make();
    if (!registry.deliver) return skip('this source delivers nothing');
    const { site, written } = untouchedSite();
    expect(await registry.deliver(await requestFor(registry, { reference, site }), {})).toBe(false);
    expect(written).toEqual([]);
  });

  it('ends a delivery within a second of its signal', async ({ skip }) => {
    const { registry, silent, reference } = await make();
    if (!silent.deliver) return skip('this source delivers nothing');
    const { site } = untouchedSite();
    const ending = await endingOf(silent.deliver(await requestFor(registry, { reference, site }), { signal: soonAborted() }));
    expect(ending.how).not.toBe('still running');
  });
}

/** The first file of a model, beside a file that has nothing in common with it. */
async function requestFor(
  registry: Registry,
  { reference, site }: { readonly reference: RemoteReference; readonly site: DeliverySite },
): Promise<DeliveryRequest> {
  const snapshot = await registry.resolve(reference, {});
  const [file] = snapshot.files;
  if (!file) return expect.fail('a model has files');
  const { source, host, repository } = snapshot;
  const revision = snapshot.revision.replace(/[0-9a-f]{8}$/, 'deadbeef');
  const blob = { ...file.blob, digest: `sha256:${'0'.repeat(64)}` } as const;
  return { snapshot, file, older: [{ snapshot: { source, host, repository, revision }, file: { path: file.path, blob }, path: '/nowhere' }], site };
}

/** Lends nothing, and notes what is tried. */
function untouchedSite(): { readonly site: DeliverySite; readonly written: readonly string[] } {
  const written: string[] = [];
  const refuse = (what: string) => () => {
    written.push(what);
    throw new Error(`${what} is not lent`);
  };
  return { site: { missing: 1_000_000_000, get: refuse('get'), read: refuse('read'), copy: refuse('copy'), write: refuse('write') }, written };
}
