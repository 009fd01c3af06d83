import type { SignatureRecord } from '../../model/signature.ts';
import type { SignatureVerdict } from '../../ports/signature-verifier.ts';

/** What is kept of a verdict. */
export function recordOf(verdict: SignatureVerdict, now: Date): SignatureRecord {
  const checked = now.toISOString();
  if (verdict.state === 'unsigned') return { state: 'unsigned', checked };
  if (verdict.state === 'rejected') return { state: 'rejected', checked, reason: verdict.reason };
  const { state, signer, covers, from } = verdict;
  return { state, checked, signer, covers, from };
}
