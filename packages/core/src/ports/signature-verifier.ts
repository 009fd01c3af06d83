import type { ErrorCode } from '../errors/codes.ts';
import type { SignaturePolicy } from '../model/settings.ts';
import type { Attachment, Signer } from '../model/signature.ts';
import type { RemoteSnapshot } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';

/** A file of a revision. */
export interface SignedFile {
  /** Relative to the model, `/`-separated, checked: nothing of it leads outside. */
  readonly path: string;
  /** Hex; absent where the file is not here and is not to come: then only its name counts, for a signature that names it. */
  readonly sha256?: string;
}

/** A revision and what claims to be signatures of it. */
export interface SignatureRequest {
  readonly policy: SignaturePolicy;
  readonly manifest?: RemoteSnapshot['manifest'];
  /** Every file of the revision. */
  readonly files: readonly SignedFile[];
  readonly candidates: readonly Attachment[];
}

/** What signatures are worth under a policy. */
export type SignatureVerdict =
  | {
      readonly state: 'verified';
      readonly signer: Signer;
      readonly covers: 'manifest' | 'files';
      /** The candidate's name. */
      readonly from: string;
    }
  | {
      readonly state: 'rejected';
      /** E_INTEGRITY: it is damaged, or a trusted signer signed something else; E_UNTRUSTED: it is somebody else's, or can't be checked. */
      readonly code: Extract<ErrorCode, 'E_INTEGRITY' | 'E_UNTRUSTED'>;
      /** As a sentence. */
      readonly reason: string;
    }
  /** None of the candidates is a signature of a model. */
  | { readonly state: 'unsigned' };

/** Holds signatures against a policy, without any network. */
export interface SignatureVerifier {
  /**
   * One good signature suffices, whatever else there is: anybody who may write to a repository can add others. Implementers MUST bound
   * what they read of candidates, MUST reject what they don't wholly understand, MUST compare identities exactly, and MUST compare
   * every file: one with a digest that a signature over files doesn't name, or names with another, and a name that the revision doesn't
   * have, make it a rejected one. What is wrong with the policy itself (a key that can't be read) is a rejection too.
   */
  verify(request: SignatureRequest, options: CallOptions): Promise<SignatureVerdict>;

  /** Media types of attachments that it can read under a policy, beside Sigstore's own; absent, or empty: none. */
  mediaTypes?(policy: SignaturePolicy): readonly string[];

  /** Whether a policy trusts a signer still. Implementers MUST say no where they can't tell. */
  trusts(policy: SignaturePolicy, signer: Signer, options: CallOptions): Promise<boolean>;
}
