import { basename } from 'node:path';
import type { Logger, SignatureVerifier } from '@ilab/core';
import type { VerifierManifest } from '@ilab/plugin-api';
import type { PartTable } from '../engines/part-table.ts';
import { createJointVerifier } from '../verifiers/joint-verifier.ts';
import type { OpenVerifier } from '../verifiers/open-verifier.ts';

export interface LazyVerifierDeps {
  readonly table: PartTable<VerifierManifest>;
  readonly logger: Logger;
}

/** Checks signatures; what it needs for that is loaded when the first is to be checked, and plugins where a policy names them. */
export function createLazySignatureVerifier({ table, logger }: LazyVerifierDeps): SignatureVerifier & { close(): Promise<void> } {
  const opened = new Map<string, Promise<OpenVerifier>>();
  let loaded: Promise<SignatureVerifier> | undefined;
  const own = (): Promise<SignatureVerifier> => {
    loaded ??= import('@ilab/signatures').then(({ createSignatureVerifier }) => createSignatureVerifier());
    return loaded;
  };
  const joint = createJointVerifier({
    own: {
      verify: async (request, options) => (await own()).verify(request, options),
      trusts: async (policy, signer, options) => (await own()).trusts(policy, signer, options),
    },
    verifiers: table.usable,
    open(part) {
      const verifier = opened.get(part.name) ?? import('../verifiers/open-verifier.ts').then(({ openVerifier }) => openVerifier(part, { logger }));
      opened.set(part.name, verifier);
      return verifier;
    },
    async readTrust(path) {
      const { readSmallFile } = await import('@ilab/signatures');
      return { name: basename(path), content: await readSmallFile(path) };
    },
  });
  return {
    ...joint,
    async close() {
      for (const verifier of opened.values())
        await verifier.then(
          (one) => one.close(),
          () => undefined,
        );
    },
  };
}
