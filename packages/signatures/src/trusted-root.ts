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
  // The library takes what has no beginning for good at all times.
  const authorities = [...root.certificateAuthorities, ...root.timestampAuthorities, ...[...root.tlogs, ...root.ctlogs].map(({ publicKey }) => publicKey)];
  if (!authorities.every((one) => one?.validFor?.start)) throw untrusted(`${path} does not say from when an authority or a log is to be trusted.`);
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
