import type { Digest } from './digest.ts';
import type { SignerIdentity } from './settings.ts';

/** The file that OpenSSF model signing writes into a model. */
export const SIGNATURE_FILE = 'model.sig';

/** Something that a registry keeps about a revision, beside it. Plain data; nobody vouches for it. */
export interface Attachment {
  /** Where it is from, for messages: its digest or its tag. */
  readonly name: string;
  /** One of those that were asked for. */
  readonly mediaType: string;
  /** All of its bytes, proved by their digest; 4 MiB at most. */
  readonly content: Uint8Array;
  /** As the registry keeps them; empty where it keeps none. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Who made a signature that ilab checked itself: a key by its fingerprint (sha256 over the SubjectPublicKeyInfo, DER), or an identity. */
export type OwnSigner = { readonly key: Digest } | SignerIdentity;

/** Who made a signature, as a plugin's verifier says. */
export interface VouchedSigner {
  readonly verifier: string;
  readonly signer: string;
}

/** Who made a signature. Where verifiers of plugins had a part in it: those who vouched, all of them, and whom ilab found itself, if the policy asked for that. */
export type Signer = OwnSigner | { readonly vouched: readonly VouchedSigner[]; readonly own?: OwnSigner };

/** What was found when a revision's signatures were last checked. */
export type SignatureRecord = {
  /** ISO 8601. */
  readonly checked: string;
} & (
  | {
      readonly state: 'verified';
      readonly signer: Signer;
      /** `manifest`: all of the revision; `files`: those that are here, each by its digest. */
      readonly covers: 'manifest' | 'files';
      /** Where the signature was: `model.sig`, or an attachment's name. */
      readonly from: string;
    }
  | { readonly state: 'unsigned' }
  | { readonly state: 'rejected'; readonly reason: string }
);
