import type { Check, Finding, ModelSettings, SignaturePolicy, SignatureVerifier } from '@ilab/core';

interface SignatureCheckDeps {
  readonly settings: Pick<ModelSettings, 'signatures'>;
  readonly signatureVerifier: SignatureVerifier;
}

/** Whether the keys and trusted roots that policies name can be read: one that can't lets nothing pass. */
export function checkSignatures({ settings: { signatures = [] }, signatureVerifier }: SignatureCheckDeps): Check {
  const check = 'signatures';
  const look = async (policy: SignaturePolicy): Promise<readonly Finding[]> => {
    const verdict = await signatureVerifier.verify({ policy, files: [], candidates: [] }, {});
    if (verdict.state !== 'rejected') return [];
    const advice = 'Correct models.signatures in the configuration, or bring the file.';
    return [{ check, state: 'problem', message: `The policy “${policy.match}” lets nothing pass: ${verdict.reason}`, advice, code: verdict.code }];
  };
  return {
    name: check,
    async run() {
      const active = signatures.filter(({ mode }) => mode !== 'off');
      if (active.length === 0) return [{ check, state: 'ok', message: 'No policy asks for signatures.' }];
      const found = (await Promise.all(active.map(look))).flat();
      const places = active.map(({ match, mode }) => `${match} (${mode})`).join(', ');
      return found.length > 0 ? found : [{ check, state: 'ok', message: `Signatures are asked for: ${places}.` }];
    },
  };
}
