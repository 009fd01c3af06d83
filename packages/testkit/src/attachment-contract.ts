import type { Attachment } from '@ilab/core';
import { expect, it } from 'vitest';
import { collect } from './collect.ts';
import { endingOf, isEnd, soonAborted } from './ending.ts';
import type { RegistryUnderTest } from './registry-contract.ts';

/** What a registry promises that keeps things beside revisions, see `Registry.attachments`. */
export function attachmentContract(make: () => Promise<RegistryUnderTest>): void {
  it('gives what is kept beside revisions if and only if it says that it can', async () => {
    const { registry } = await make();
    expect(typeof registry.attachments).toBe(registry.capabilities.attachments ? 'function' : 'undefined');
  });

  it('gives what is kept beside a revision, of the types that are asked for, and nothing beside another', async ({ skip }) => {
    const { registry, reference, attached } = await make();
    if (!registry.attachments || !attached) return skip('this source keeps nothing beside revisions');
    const { mediaType } = attached;
    const snapshot = await registry.resolve(attached.reference, {});
    const found: readonly Attachment[] = await collect(registry.attachments(snapshot, { mediaTypes: [mediaType] }));
    expect(found.map(({ content }) => Buffer.from(content).toString()).sort()).toEqual([...attached.contents].sort());
    for (const one of found) expect(structuredClone(one)).toStrictEqual({ ...one, mediaType, content: Uint8Array.from(one.content) });
    expect(await collect(registry.attachments(snapshot, { mediaTypes: ['application/vnd.nobody.at.all'] }))).toEqual([]);
    expect(await collect(registry.attachments(await registry.resolve(reference, {}), { mediaTypes: [mediaType] }))).toEqual([]);
  });

  it('ends within a second of its signal when it is asked what is kept beside a revision', async ({ skip }) => {
    const { registry, silent, reference } = await make();
    if (!silent.attachments) return skip('this source keeps nothing beside revisions');
    const attachments = silent.attachments(await registry.resolve(reference, {}), { mediaTypes: ['a/b'], signal: soonAborted() });
    expect(await endingOf(collect(attachments))).toMatchObject({ how: 'threw', error: expect.toSatisfy(isEnd) });
  });
}
