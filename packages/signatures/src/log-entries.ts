import { isObject, type Json, objectOf } from './read-json.ts';
import { wrong } from './rejection.ts';

/** A log's checkpoint is a few lines, and so are its witnesses' signatures; each line more could cost a signature check. */
const LONGEST_CHECKPOINT = 16 * 1024;
/** In base64: certificates and timestamps have some kilobytes. */
const LONGEST_PROOF = 64 * 1024;
/** A name in a checkpoint that can be taken for no pattern: the library looks for it in addresses as if it were one. */
const PLAIN_NAME = /^[\w./:-]+$/;

/**
 * Refuses proofs of a bundle that the library would take long to read, or would read by turning them into something else first.
 * @throws Rejection
 */
export function checkProofs(json: Json): void {
  const material = objectOf(json, 'verificationMaterial');
  const { tlogEntries = [], certificate, timestampVerificationData: stamps } = material;
  refuseLong(isObject(certificate) ? certificate['rawBytes'] : undefined);
  const list = isObject(stamps) ? stamps['rfc3161Timestamps'] : undefined;
  for (const stamp of Array.isArray(list) ? list : []) refuseLong(isObject(stamp) ? stamp['signedTimestamp'] : undefined);
  if (!Array.isArray(tlogEntries)) throw wrong('it is damaged: “tlogEntries” is no list.');
  for (const entry of tlogEntries) {
    if (!isObject(entry)) throw wrong('it is damaged: a log entry is no object.');
    checkCheckpoint(entry);
  }
}

function refuseLong(value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value.length <= LONGEST_PROOF)) return;
  throw wrong('it is damaged: a certificate or timestamp is no text, or is far too long to be one.');
}

/** Of an entry that has one; whether it needs one is the library's to say. */
function checkCheckpoint({ inclusionProof }: Json): void {
  const checkpoint = isObject(inclusionProof) ? inclusionProof['checkpoint'] : undefined;
  const envelope = isObject(checkpoint) ? checkpoint['envelope'] : undefined;
  if (envelope === undefined) return;
  if (typeof envelope !== 'string' || envelope.length > LONGEST_CHECKPOINT)
    throw wrong('it is damaged: a checkpoint is no text, or is far too long to be one.');
  for (const [, name = ''] of envelope.matchAll(/\u2014 (\S+)/g)) {
    if (!PLAIN_NAME.test(name)) throw wrong('it is damaged: a checkpoint is signed by a name that is none.');
  }
}
