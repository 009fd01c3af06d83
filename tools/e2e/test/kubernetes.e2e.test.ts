import type { Artifact } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { artifactOf, IMAGE_CONFIG, type Shelf, stockShelf, tarOf, titled } from '../src/index.ts';

async function car(content: string): Promise<Artifact> {
  const layer = await tarOf({ 'models/config.json': content });
  return artifactOf({ config: { type: IMAGE_CONFIG, content: '{}' }, layers: [{ type: 'application/vnd.oci.image.layer.v1.tar', content: layer }] });
}

let shelf: Shelf;
beforeAll(async () => {
  const pack = artifactOf({ layers: [{ type: 'application/vnd.cncf.model.weight.v1.raw', content: 'raw', annotations: titled('model.gguf') }] });
  shelf = await stockShelf({ car: await car('one'), pack });
});
afterAll(() => shelf.close());

describe('manifests for a cluster', () => {
  it('pin an image to the digest that a registry gives its tag', async () => {
    const { revision } = await shelf.bring('car');
    const { yaml } = await shelf.ilab.models.exportToKubernetes({ reference: `${shelf.hub.host}/shelf/car:v1`, namespace: '0123' });
    expect(yaml).toContain(`reference: ${shelf.hub.host}/shelf/car@${revision}\n`);
    expect(yaml.split('---\n')).toHaveLength(2);
    // Else it were a number.
    expect(yaml).toContain('namespace: "0123"');
  });

  it('mount an artifact by the driver alone', async () => {
    const { revision } = await shelf.bring('pack');
    const reference = `${shelf.hub.host}/shelf/pack:v1`;
    const { yaml } = await shelf.ilab.models.exportToKubernetes({ reference, flavour: 'csi' });
    expect(yaml).toContain(`model.csi.modelpack.org/reference: ${shelf.hub.host}/shelf/pack@${revision}\n`);
    await expect(shelf.ilab.models.exportToKubernetes({ reference })).rejects.toMatchObject({ code: 'E_USAGE' });
  });
});
