import { type BundleJson, bundleOf, type Contents, encode, type ModelStatement, modelStatement, resourcesOf, type SigningKey, STATEMENT_TYPE } from '@ilab/hub';
import { FILES, KEYS } from './signed-world.ts';

type Restatement = (good: ModelStatement) => object;
export type Rebundling = (good: BundleJson) => object;

/** What is changed on the way to a signature: before it is signed, or afterwards. */
export interface Forgery {
  readonly files?: Contents;
  readonly statement?: Restatement;
  /** Before it is signed, as text. */
  readonly payload?: (good: string) => string | Uint8Array;
  readonly payloadType?: string;
  readonly key?: SigningKey;
  readonly hint?: string;
  readonly sign?: (payload: Uint8Array, key: SigningKey) => Uint8Array;
  readonly bundle?: Rebundling;
  /** The file itself. */
  readonly text?: (good: string) => string | Uint8Array;
}

/** A signature of OpenSSF model signing, forged. */
export function forgedSignature({
  files = FILES,
  statement,
  payload,
  payloadType = STATEMENT_TYPE,
  key = KEYS.trusted,
  ...more
}: Forgery): string | Uint8Array {
  const good = modelStatement(resourcesOf(files));
  const text = JSON.stringify(statement ? statement(good) : good);
  const signed = Buffer.from(payload ? payload(text) : text);
  const sig = Buffer.from(more.sign ? more.sign(signed, key) : key.sign(encode(signed, payloadType)));
  const hint = more.hint ?? key.hint;
  const bundle = bundleOf(signed, { verificationMaterial: { publicKey: { hint }, tlogEntries: [] }, sig }, payloadType);
  const json = JSON.stringify(more.bundle ? more.bundle(bundle) : bundle);
  return more.text ? more.text(json) : json;
}

/** A model with such a signature; `served` are other files than those that are signed. */
export function forgedModel(forgery: Forgery & { readonly served?: Contents }): Contents {
  return { ...(forgery.served ?? forgery.files ?? FILES), 'model.sig': forgedSignature(forgery) };
}

type Envelope = BundleJson['dsseEnvelope'];

/** Changes the envelope of a bundle, after it was signed. */
export function envelope(change: (good: Envelope) => object): Rebundling {
  return (bundle) => ({ ...bundle, dsseEnvelope: change(bundle.dsseEnvelope) });
}

/** Changes its only signature. */
export function signature(change: (good: string) => string): Rebundling {
  return envelope((good) => ({ ...good, signatures: good.signatures.map((one) => ({ ...one, sig: change(one.sig) })) }));
}

/** Changes what is said of the files. */
export function predicate(change: (good: ModelStatement['predicate']) => object): Restatement {
  return (statement) => ({ ...statement, predicate: change(statement.predicate) });
}

/** Changes the list of files, and what stands for all of them together. */
export function resources(change: (good: ModelStatement['predicate']['resources']) => ModelStatement['predicate']['resources']): Restatement {
  return ({ predicate: { resources: good } }) => modelStatement(change(good));
}

/** Changes how it is said to have been listed. */
export function serialization(change: object): Restatement {
  return predicate((good) => ({ ...good, serialization: { ...good.serialization, ...change } }));
}
