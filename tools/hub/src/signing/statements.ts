import { createHash } from 'node:crypto';
import type { Contents } from '../content/model.ts';

const STATEMENT = 'https://in-toto.io/Statement/v1';

export interface Resource {
  readonly name: string;
  readonly algorithm: string;
  readonly digest: string;
}

/** A file as OpenSSF model signing lists it. */
export function resourceOf(name: string, content: string | Uint8Array): Resource {
  return { name, algorithm: 'sha256', digest: createHash('sha256').update(content).digest('hex') };
}

/** Resources of all files, in their order. */
export function resourcesOf(files: Contents): readonly Resource[] {
  return Object.entries(files)
    .map(([name, content]) => resourceOf(name, content))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What stands for all resources together. */
export function rootOf(resources: readonly Resource[]): string {
  const root = createHash('sha256');
  for (const { digest } of resources) root.update(digest, 'hex');
  return root.digest('hex');
}

/** A statement of OpenSSF model signing 1.0 about files. */
export function modelStatement(resources: readonly Resource[], root: string = rootOf(resources)) {
  return {
    _type: STATEMENT,
    subject: [{ name: 'model', digest: { sha256: root } }],
    predicateType: 'https://model_signing/signature/v1.0',
    predicate: {
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: false,
        ignore_paths: ['model.sig', '.git', '.gitattributes', '.github', '.gitignore'],
      },
      resources,
    },
  };
}

export type ModelStatement = ReturnType<typeof modelStatement>;

/** What cosign 3 signs about a manifest. */
export function manifestStatement(sha256: string) {
  return {
    _type: STATEMENT,
    subject: [{ digest: { sha256 }, annotations: {} }],
    predicateType: 'https://sigstore.dev/cosign/sign/v1',
    predicate: {},
  };
}
