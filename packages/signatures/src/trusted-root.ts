import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type Json, readObject } from './read-json.ts';
import { readSmallFile } from './read-small-file.ts';
import { untrusted } from './rejection.ts';

/** Reads a Sigstore `trusted_root.json`; one that can't tell when something was signed is none. @throws Rejection */
export async function readTrustedRoot(path: string): Promise<TrustedRoot> {
  const json = readRoot(path, await readSmallFile(path));
  let root: TrustedRoot;
  try {
    root = TrustedRoot.fromJSON(json);
  } catch {
    throw untrusted(`${path} is no trusted root.`);
  }
  // Certificates say it themselves; the library takes a key that does not for good at all times.
  if (![...root.tlogs, ...root.ctlogs].every(({ publicKey }) => publicKey?.validFor?.start))
    throw untrusted(`${path} does not say from when a log is to be trusted.`);
  if (root.certificateAuthorities.length === 0) throw untrusted(`${path} has no certificate authority.`);
  if (root.tlogs.length + root.timestampAuthorities.length === 0)
    throw untrusted(`${path} has neither a log nor a timestamp authority, so that nobody can tell when something was signed.`);
  return root;
}

function readRoot(path: string, bytes: Uint8Array): Json {
  try {
    return readObject(bytes, path);
  } catch (error) {
    throw untrusted(error instanceof Error ? error.message : path);
  }
}
