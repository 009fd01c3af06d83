import { type Bundle, preAuthEncoding } from './bundle.ts';
import { isObject, type Json, listOf, objectOf, readObject, textOf } from './read-json.ts';
import { untrusted, wrong } from './rejection.ts';

const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT = 'https://in-toto.io/Statement/v1';

/** An in-toto statement about one thing (in-toto attestation framework, v1). */
export interface Statement {
  readonly predicateType: string;
  readonly predicate: Json;
  /** By algorithm, of its only subject. */
  readonly digest: Json;
}

/** @throws Rejection */
export function readStatement({ payload, payloadType }: Extract<Bundle['content'], { kind: 'dsse' }>): Statement {
  if (payloadType !== PAYLOAD_TYPE) throw untrusted(`what it signs is of the type “${payloadType.slice(0, 100)}”, and not ${PAYLOAD_TYPE}.`);
  const json = readObject(payload, 'what it signs');
  const type = textOf(json, '_type');
  if (type !== STATEMENT) throw untrusted(`what it signs is a “${type.slice(0, 100)}”, and not ${STATEMENT}.`);
  const [subject, ...others] = listOf(json, 'subject');
  if (!isObject(subject) || others.length > 0) throw untrusted('it has to be about exactly one subject.');
  const { predicate = {} } = json;
  if (!isObject(predicate)) throw wrong('it is damaged: “predicate” is no object.');
  return { predicateType: textOf(json, 'predicateType'), predicate, digest: objectOf(subject, 'digest') };
}

/** The bytes that a bundle's signature is over. */
export function signedBytes(content: Extract<Bundle['content'], { kind: 'dsse' }>): Buffer {
  return preAuthEncoding(content);
}
