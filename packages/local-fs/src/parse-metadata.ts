import { isFilePath, type SignatureRecord, type SnapshotMembers, type SnapshotMetadata, type VersionRecord } from '@ilab/core';
import type { Json } from './read-json.ts';

/**
 * Reads what a `.metadata` file says. It may have been written by anybody (a shared tier), so what is used as a path or a number
 * is checked; unknown fields stay.
 * @throws Error saying what is wrong
 */
export function parseMetadata(json: Json): SnapshotMetadata {
  if (json['schema'] !== 1) throw new Error(`schema ${JSON.stringify(json['schema'])} is not known`);
  for (const key of ['source', 'host', 'repository', 'revision', 'created', 'tool', 'format']) need(typeof json[key] === 'string', `“${key}” is no text`);
  need(isRecord(json['requested']), '“requested” is missing');
  need(Array.isArray(json['files']) && json['files'].every(isFile), '“files” is no list of files');
  return json as unknown as SnapshotMetadata;
}

/** @throws Error saying what is wrong */
export function parseMembers(json: Json): SnapshotMembers {
  need(Array.isArray(json['files']) && json['files'].every(isFile), '“files” is no list of files');
  return json as unknown as SnapshotMembers;
}

/** @throws Error saying what is wrong */
export function parseSignature(json: Json): SignatureRecord {
  const { checked, state, signer, covers, from, reason } = json;
  need(typeof checked === 'string', '“checked” is no text');
  if (state === 'verified') {
    need(isSigner(signer), '“signer” is nobody');
    need((covers === 'manifest' || covers === 'files') && typeof from === 'string', 'it does not say what was signed');
  } else need(state === 'unsigned' || (state === 'rejected' && typeof reason === 'string'), '“state” is not known');
  return json as unknown as SignatureRecord;
}

/** @throws Error saying what is wrong */
export function parseRecord(json: Json): VersionRecord {
  for (const key of ['name', 'kind', 'revision', 'checked']) need(typeof json[key] === 'string', `“${key}” is no text`);
  const selectors = json['selectors'];
  need(Array.isArray(selectors) && selectors.every((one) => typeof one === 'string'), '“selectors” is no list');
  need(Array.isArray(json['moved']), '“moved” is no list');
  return json as unknown as VersionRecord;
}

function isSigner(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { vouched, own } = value;
  if (vouched === undefined) return isOwnSigner(value);
  return Array.isArray(vouched) && vouched.length > 0 && vouched.every(isVouched) && (own === undefined || isOwnSigner(own));
}

function isOwnSigner(value: unknown): boolean {
  return isRecord(value) && (typeof value['key'] === 'string' || (typeof value['issuer'] === 'string' && typeof value['subject'] === 'string'));
}

function isVouched(value: unknown): boolean {
  return isRecord(value) && typeof value['verifier'] === 'string' && typeof value['signer'] === 'string';
}

function isFile(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { path, size } = value;
  return typeof path === 'string' && isFilePath(path) && typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function need(fits: boolean, problem: string): void {
  if (!fits) throw new Error(problem);
}
