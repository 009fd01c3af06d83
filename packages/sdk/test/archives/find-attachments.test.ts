import { createHash } from 'node:crypto';
import { IlabError } from '@ilab/core';
import { contentOf, createMemoryTarget, type Descriptor, EMPTY_CONFIG, EMPTY_CONFIG_BYTES, type GraphSource } from '@ilab/oras';
import { expect, it } from 'vitest';
import { findAttachments } from '../../src/archives/find-attachments.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

type Item = { readonly descriptor: Descriptor; readonly bytes: Buffer };

function item(mediaType: string, text: string): Item {
  const bytes = Buffer.from(text);
  return { descriptor: { mediaType, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length, annotations: {} }, bytes };
}
const told = ({ mediaType, digest, size }: Descriptor) => ({ mediaType, digest, size });
const manifest = (layers: readonly object[], subject?: Item): Item =>
  item(
    MANIFEST,
    JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config: told(EMPTY_CONFIG), layers, ...(subject && { subject: told(subject.descriptor) }) }),
  );

const weights = item('x/y', 'weights');
const layer = item('x/y', 'signed');
const model = manifest([told(weights.descriptor)]);
const good = manifest([told(layer.descriptor)], model);
/** It says of the model's own weights that they are shorter: an archive would have them so. */
const bad = manifest([{ ...told(weights.descriptor), size: 3 }], model);
const TAG = model.descriptor.digest.replace(':', '-').concat('.sig');

async function source(): Promise<GraphSource> {
  const target = createMemoryTarget();
  await target.push(EMPTY_CONFIG, contentOf(EMPTY_CONFIG_BYTES), {});
  for (const { descriptor, bytes } of [weights, layer, model, bad, good]) await target.push(descriptor, contentOf(bytes), {});
  await target.tag(bad.descriptor, TAG, {});
  return target;
}

it('what would break an archive is left out, under its digest and its tag', async () => {
  const { found, leftOut } = await findAttachments(await source(), model.descriptor, {});
  expect(found.map(({ digest }) => digest)).toEqual([good.descriptor.digest]);
  expect([...leftOut.keys()]).toEqual([bad.descriptor.digest, TAG]);
});

it.each(['E_NETWORK', 'E_INTEGRITY'] as const)('%s is no nonsense', async (code) => {
  const error = new IlabError(code, 'It failed.');
  const inner = await source();
  const failing: GraphSource = {
    ...inner,
    fetch(descriptor, options) {
      if (descriptor.digest === layer.descriptor.digest) throw error;
      return inner.fetch(descriptor, options);
    },
  };
  await expect(findAttachments(failing, model.descriptor, {})).rejects.toBe(error);
});
