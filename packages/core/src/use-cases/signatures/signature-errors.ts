import { IlabError } from '../../errors/ilab-error.ts';
import { redact } from '../../errors/redact.ts';
import type { SignatureVerdict } from '../../ports/signature-verifier.ts';
import type { ActivePolicy } from './policy-for.ts';

type Refusal = Exclude<SignatureVerdict, { state: 'verified' }>;

/** What a verdict that is not good enough comes to under `require`. */
export function refusal(reference: string, verdict: Refusal, { match }: ActivePolicy): IlabError {
  const details = { reference, policy: match };
  if (verdict.state === 'unsigned') {
    return new IlabError('E_UNTRUSTED', `${reference} is not signed, and the policy “${match}” requires a signature.`, {
      hint: 'Ask its makers for a signature, or change models.signatures in the configuration.',
      details,
    });
  }
  return new IlabError(verdict.code, `${reference} is refused by the policy “${match}”: ${verdict.reason}`, {
    hint:
      verdict.code === 'E_INTEGRITY'
        ? 'Do not use it. Tell its makers: somebody changed it, or signed something else.'
        : 'If its signer is to be trusted, add the key or identity to models.signatures in the configuration.',
    details,
  });
}

/** The same, told to whoever only wants to be warned. */
export function warning(reference: string, verdict: Refusal): string {
  return verdict.state === 'unsigned' ? `${reference} is not signed.` : redact(`The signature of ${reference} is not good: ${verdict.reason}`);
}

/** A model that is here and whose signature nobody has checked under the policy that is in force now. */
export function neverVerified(reference: string, { match }: ActivePolicy): IlabError {
  return new IlabError('E_UNTRUSTED', `${reference} is here, but has no signature that the policy “${match}” trusts.`, {
    hint: `\`ilab model download ${reference}\` checks it; what is here is not fetched again.`,
    details: { reference, policy: match },
  });
}
