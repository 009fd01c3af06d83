import { type Blob, blobOf } from './blob.ts';

/** How a manifest is sent: its text, and the media type in the header where it is not OCI's. */
export type SentManifest = readonly [content: string, mediaType?: string];

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const DOCKER = 'application/vnd.docker.distribution.manifest.v2+json';
const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
/** What the layers of all of them are: a model of 7 bytes, and another. */
export const HOSTILE_BLOBS: readonly [Blob, Blob] = [blobOf('weights'), blobOf('other weights')];
const [bytes, other] = HOSTILE_BLOBS;
const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: `sha256:${blobOf('{}').sha256}`, size: 2 };
const layer = {
  mediaType: 'application/octet-stream',
  digest: `sha256:${bytes.sha256}`,
  size: bytes.size,
  annotations: { 'org.opencontainers.image.title': 'model.gguf' },
};
const second = { ...layer, digest: `sha256:${other.sha256}`, size: other.size, annotations: { 'org.opencontainers.image.title': 'b.gguf' } };
const good = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] };
const entry = { mediaType: MANIFEST, digest: `sha256:${blobOf(JSON.stringify(good)).sha256}`, size: JSON.stringify(good).length };
const index = { schemaVersion: 2, mediaType: INDEX, manifests: [entry] };
const text = JSON.stringify;
const without = (key: string): object => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));
/** An honest manifest, but for the name of its file. */
export function manifestOfFile(name: string): string {
  return text({ ...good, layers: [{ ...layer, annotations: { 'org.opencontainers.image.title': name } }] });
}

/** An honest manifest, but for the digest of its layer. */
export function manifestOfDigest(digest: string): string {
  return text({ ...good, layers: [{ ...layer, digest }] });
}

/** What is all right, and in many of the others. */
export const HONEST_MANIFEST: string = text(good);

/** Manifests that nothing may come of, as they are sent and under which media type. */
export const REFUSED_MANIFESTS: Readonly<Record<string, SentManifest>> = {
  'layers and manifests': [text({ ...good, manifests: [entry] })],
  'layers and manifests, as an index': [text({ ...index, layers: [layer] }), INDEX],
  'a configuration in an index': [text({ ...index, config }), INDEX],
  'layers and no manifests at all, in an index': [text({ ...good, mediaType: INDEX, manifests: [] }), INDEX],
  'layers and manifests, without a type inside': [text({ ...without('mediaType'), manifests: [entry] })],
  'layers and manifests, the one of them null': [text({ ...good, manifests: null })],
  'an index that is sent as a manifest': [text(index), MANIFEST],
  'a manifest that is sent as an index': [text(good), INDEX],
  'a manifest that is sent as a list of Docker’s': [text(good), DOCKER_LIST],
  'a list of Docker’s that is sent as a manifest': [text({ ...index, mediaType: DOCKER_LIST }), DOCKER],
  'the key layers twice': [text(good).replace(/}$/, `,"layers":${text([second])}}`)],
  'the key layers twice, equal': [text(good).replace(/}$/, `,"layers":${text([layer])}}`)],
  'the key layers twice, once escaped': [text(good).replace(/}$/, `,"\\u006cayers":${text([second])}}`)],
  'the key mediaType twice': [text(good).replace('{', `{"mediaType":"${INDEX}",`)],
  'the key digest twice': [text(good).replace('"digest":"', `"digest":"sha256:${'0'.repeat(64)}","digest":"`)],
  'the key size twice': [text(good).replace('"size":', '"size":1,"size":')],
  'the name of a file twice': [
    text(good).replace('"org.opencontainers.image.title":', '"org.opencontainers.image.title":"a","org.opencontainers.image.title":'),
  ],
  'data that are not the layer’s': [text({ ...good, layers: [{ ...layer, data: 'd2FpZ2h0cw==' }] })],
  'data that are no text': [text({ ...good, layers: [{ ...layer, data: { evil: true } }] })],
  'data of another length': [text({ ...good, config: { ...config, data: 'e30K' } })],
  'data of the manifest that an index lists': [text({ ...index, manifests: [{ ...entry, data: 'e30=' }] }), INDEX],
  'a manifest in an index that calls it an index': [text({ ...index, manifests: [{ ...entry, mediaType: INDEX }] }), INDEX],
  'a layer that is encrypted': [
    text({
      ...good,
      config: { ...config, mediaType: 'application/vnd.oci.image.config.v1+json' },
      layers: [{ ...layer, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' }],
    }),
  ],
  'a key twice, deep in what nobody reads': [text({ ...good, x: { y: [{ z: 1 }] } }).replace('"z":1', '"z":1,"z":1')],
  'one digest, two sizes': [text({ ...good, layers: [layer, { ...layer, size: 8, annotations: { 'org.opencontainers.image.title': 'b' } }] })],
  'one digest of configuration and layer, two sizes': [text({ ...good, config: { ...layer, size: 8 } })],
  'one digest, two sizes, in an index': [text({ ...index, manifests: [entry, { ...entry, size: 1 }] }), INDEX],
  'a manifest in an index of another size': [text({ ...index, manifests: [{ ...entry, size: entry.size + 1 }] }), INDEX],
  'two files of one name': [text({ ...good, layers: [layer, { ...second, annotations: layer.annotations }] })],
  ...Object.fromEntries(
    [-1, -0.5, 1.5, 2 ** 53, 1e300, '7', null, true, [], {}].map((size) => [
      `the size ${text(size)}`,
      [text({ ...good, layers: [{ ...layer, size }] })] as const,
    ]),
  ),
  'a size beyond all numbers': [text(good).replace(/"size":7/, '"size":1e999')],
  'no size': [text(good).replace(/,"size":7/, '')],
  'no digest': [text({ ...good, layers: [{ ...layer, digest: undefined }] })],
  'a digest of another kind': [text({ ...good, layers: [{ ...layer, digest: 7 }] })],
  'a Git hash for a digest': [text({ ...good, layers: [{ ...layer, digest: `git-sha1:${'a'.repeat(40)}` }] })],
  'a digest that is none, in the configuration': [text({ ...good, config: { ...config, digest: 'sha256:../../x' } })],
  'a digest that is none, in an index': [text({ ...index, manifests: [{ ...entry, digest: 'sha256:../../x' }] }), INDEX],
  'no media type of a layer': [text({ ...good, layers: [{ ...layer, mediaType: undefined }] })],
  'a media type without end': [text({ ...good, layers: [{ ...layer, mediaType: 'x'.repeat(300) }] })],
  'no configuration': [text(without('config'))],
  'no layers': [text(without('layers'))],
  'layers that are an object': [text({ ...good, layers: { 0: layer } })],
  'layers that are null': [text({ ...good, layers: null })],
  'a layer that is null': [text({ ...good, layers: [null] })],
  'a layer that is a list': [text({ ...good, layers: [[layer]] })],
  'layers without end': [text({ ...good, layers: Array.from({ length: 20_001 }, () => ({ mediaType: 'x', digest: layer.digest, size: 7 })) })],
  'no files': [text({ ...good, layers: [] })],
  'an index without manifests': [text({ ...index, manifests: [] }), INDEX],
  'an index of attachments alone': [text({ ...index, manifests: [{ ...entry, annotations: { 'vnd.docker.reference.type': 'x' } }] }), INDEX],
  'an unknown media type': [text({ ...good, mediaType: 'application/x-evil' })],
  'a media type that is no text': [text({ ...good, mediaType: 'text/html' }), 'text/html'],
  'the first format of Docker': [text({ schemaVersion: 1, fsLayers: [] })],
  'no schema version': [text(without('schemaVersion'))],
  'a schema version of the future': [text({ ...good, schemaVersion: 3 })],
  'nested deep': [text(good).replace('{', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},`)],
  'nested deep in objects': [text(good).replace('{', `{"x":${'{"x":'.repeat(50_000)}1${'}'.repeat(50_000)},`)],
  'more than four megabytes': [text({ ...good, annotations: { x: 'x'.repeat(4 * 1024 * 1024) } })],
  'cut short': [text(good).slice(0, -10)],
  'something behind': [`${text(good)}{}`],
  'a comment': [text(good).replace('{', '{/* */')],
  'a byte order mark': [`\ufeff${text(good)}`],
  nothing: [''],
  null: ['null'],
  'a list': [text([good])],
  'a number': ['7'],
  'a web page': ['<html></html>', 'text/html'],
};

/** Strange, and all of it proved by digests. */
export const VERIFIED_MANIFESTS: Readonly<Record<string, SentManifest>> = {
  'a configuration that is the layer': [text({ ...good, config: layer })],
  'one digest under two names': [text({ ...good, layers: [layer, { ...layer, annotations: second.annotations }] })],
  'the same layer twice': [text({ ...good, layers: [layer, layer] })],
  'a manifest of OCI that is sent as one of Docker’s': [text(good), DOCKER],
  'addresses elsewhere': [text({ ...good, layers: [{ ...layer, urls: ['http://169.254.169.254/'] }] })],
  'unknown fields': [text({ ...good, subject: { mediaType: 'x' }, __proto__x: {}, constructor: { x: 1 } })],
  'an index': [text(index), INDEX],
  'an index without a type inside': [text({ ...index, mediaType: undefined }), INDEX],
};
