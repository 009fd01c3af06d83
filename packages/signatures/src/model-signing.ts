import { createHash } from 'node:crypto';
import { codeByName, isFilePath, SIGNATURE_FILE, type SignedFile } from '@ilab/core/adapter';
import { isObject, type Json, listOf, objectOf, textOf } from './read-json.ts';
import { untrusted, wrong } from './rejection.ts';
import type { Statement } from './statement.ts';

export const MODEL_SIGNING = 'https://model_signing/signature/v1.0';

const SHA256 = /^[0-9a-f]{64}$/;
/** What signers leave out unless they are told not to. */
const ALWAYS_IGNORED = ['.gitattributes', '.github', '.gitignore'];
/** Whoever runs Git in a folder runs what these say: hooks, `core.fsmonitor`. No registry has them by itself. */
const OF_GIT = /(?:^|\/)\.git(?:\/|$)/i;

/**
 * Holds a signed list of files against a revision's (OpenSSF model signing 1.0): each file that is here has to be on it with its digest, and
 * each on it has to be there.
 * @throws Rejection
 */
export function compareFiles({ predicate, digest }: Statement, files: readonly SignedFile[]): void {
  const { ignored } = readSerialization(objectOf(predicate, 'serialization'));
  const signed = readResources(listOf(predicate, 'resources'));
  const root = createHash('sha256');
  for (const sha256 of signed.values()) root.update(sha256, 'hex');
  if (textOf(onlySha256(digest), 'sha256') !== root.digest('hex')) throw wrong('its list of files is not the one that was signed: their digests don’t add up.');

  const known = new Set(files.map(({ path }) => path));
  for (const path of signed.keys()) if (!known.has(path)) throw wrong(`it signs a file that the model does not have: ${path}.`);
  for (const { path, sha256 } of files) {
    const expected = signed.get(path);
    if (sha256 === undefined || (expected === undefined && isLeftOut(path, ignored))) continue;
    if (expected === undefined) throw wrong(`the model has a file that it does not sign: ${path}.`);
    if (expected !== sha256) throw wrong(`${path} is not what was signed: its sha256 is ${sha256}, and ${expected} was signed.`);
  }
}

function readSerialization(json: Json): { readonly ignored: readonly string[] } {
  const [method, hash] = [textOf(json, 'method'), textOf(json, 'hash_type')];
  if (method !== 'files') throw untrusted(`it signs “${method.slice(0, 40)}”, and only whole files can be checked. Sign again without shards.`);
  if (hash !== 'sha256') throw untrusted(`it signs ${hash.slice(0, 40)} digests, and only sha256 can be checked.`);
  const { ignore_paths: ignored = [] } = json;
  if (!Array.isArray(ignored) || !ignored.every((path) => typeof path === 'string')) throw wrong('it is damaged: “ignore_paths” is no list of paths.');
  return { ignored: [...ignored, ...ALWAYS_IGNORED].map((path) => path.replace(/\/$/, '')) };
}

/** By name: what a file has to hash to, in the order in which they were signed. */
function readResources(list: readonly unknown[]): ReadonlyMap<string, string> {
  const signed = new Map<string, string>();
  for (const resource of list) {
    if (!isObject(resource)) throw wrong('it is damaged: a resource is no object.');
    const [name, algorithm, digest] = [textOf(resource, 'name'), textOf(resource, 'algorithm'), textOf(resource, 'digest')];
    if (algorithm !== 'sha256') throw untrusted(`it signs ${name.slice(0, 200)} by ${algorithm.slice(0, 40)}, and only sha256 can be checked.`);
    if (!isFilePath(name) || !SHA256.test(digest)) throw wrong('it is damaged: a resource has no name or digest that can be one.');
    if (signed.has(name)) throw wrong(`it signs ${name} twice.`);
    signed.set(name, digest);
  }
  if (signed.size === 0) throw wrong('it signs no file at all.');
  return signed;
}

function onlySha256(digest: Json): Json {
  if (Object.keys(digest).join() !== 'sha256') throw untrusted('its subject has to have a sha256 digest, and no other.');
  return digest;
}

/** What the signer left out on purpose, and the signature itself; never what runs code, whoever left it out. */
function isLeftOut(path: string, ignored: readonly string[]): boolean {
  if (path === SIGNATURE_FILE) return true;
  if (OF_GIT.test(path)) throw untrusted(`it leaves out ${path}, which Git runs code from.`);
  if (!ignored.some((one) => path === one || path.startsWith(`${one}/`))) return false;
  const why = codeByName(path);
  if (why !== undefined) throw untrusted(`it leaves out ${path}, which runs code when it is loaded (${why}).`);
  return true;
}
