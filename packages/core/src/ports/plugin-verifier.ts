import type { ErrorCode } from '../errors/codes.ts';
import type { Attachment } from '../model/signature.ts';
import type { RemoteSnapshot } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';
import type { SignedFile } from './signature-verifier.ts';

/** A file of the user's that a policy gives to a verifier: a key, a certificate, a list. */
export interface TrustFile {
  /** Its last name, for messages: `acme.pem`. */
  readonly name: string;
  /** All of its bytes; 4 MiB at most. */
  readonly content: Uint8Array;
}

/** A revision, what claims to be signatures of it, and who is trusted. Plain data. */
export interface PluginVerifierRequest {
  /** Absent where the source has none: then nothing can cover all of the revision by it. */
  readonly manifest?: RemoteSnapshot['manifest'];
  /** Every file of the revision. */
  readonly files: readonly SignedFile[];
  /** Attachments of the media types that the verifier's manifest names, and the model's own `model.sig`, in any order; never empty. Nobody vouches for them. */
  readonly candidates: readonly Attachment[];
  /** Whose signatures count, in the verifier's own words, compared exactly; never empty. */
  readonly signers: readonly string[];
  /** In the policy's order; empty where it gives none. */
  readonly trust: readonly TrustFile[];
}

/** What a plugin's verifier makes of candidates. */
export type PluginVerdict =
  | {
      readonly state: 'verified';
      /** One of the request's `signers`, letter by letter. */
      readonly signer: string;
      /** `manifest`: all of the revision; `files`: those that have a digest in the request, each compared. */
      readonly covers: 'manifest' | 'files';
      /** The candidate's name. */
      readonly from: string;
    }
  | {
      readonly state: 'rejected';
      /** E_INTEGRITY: it is damaged, or a trusted signer signed something else; E_UNTRUSTED: it is somebody else's, or can't be checked. */
      readonly code: Extract<ErrorCode, 'E_INTEGRITY' | 'E_UNTRUSTED'>;
      /** As a sentence; 500 characters of it are shown. */
      readonly reason: string;
    }
  /** None of the candidates is a signature that it knows. */
  | { readonly state: 'unsigned' };

/** Checks signatures of one kind, for policies that name it. */
export interface PluginVerifier {
  /** As the plugin's manifest has it. */
  readonly name: string;
  /**
   * Holds candidates against a revision, by what is in the request and nothing else. One good signature by one of `signers` suffices,
   * whatever else there is. Implementers MUST NOT use a network, a clock excepted; MUST reject what they don't wholly understand; MUST compare signers exactly;
   * and MUST compare every file: one with a digest that a signature over files doesn't name, or names with another, and a name that
   * the revision doesn't have, make it a rejected one. Trust that comes along with a signature MUST count for nothing.
   *
   * The caller asks only where a policy names this verifier, gives only what the policy names, and takes `verified` for no more than
   * this verifier's part: keys, identities and other verifiers of the same policy have to agree.
   * @throws IlabError E_PLUGIN_BROKEN; whatever is thrown ends as that, and lets nothing pass under `require`
   */
  verify(request: PluginVerifierRequest, options: CallOptions): Promise<PluginVerdict>;
}
