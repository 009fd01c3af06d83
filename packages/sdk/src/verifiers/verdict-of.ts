import { type PluginVerdict, type PluginVerifierRequest, redact } from '@ilab/core';
import { WrongAnswer } from '../plugins/apart/answers.ts';
import { isPlain } from '../plugins/apart/peer.ts';

const LONGEST_REASON = 500;

/**
 * What a plugin says that candidates are worth, where it can be true: by a signer whom the policy names, of a candidate that it was given,
 * and over a manifest only where there is one. Nothing beside is kept.
 * @throws WrongAnswer
 */
export function verdictOf(value: unknown, { signers, candidates, manifest }: PluginVerifierRequest): PluginVerdict {
  if (!isPlain(value)) throw new WrongAnswer('its verdict is none');
  const { state, signer, covers, from, code, reason } = value;
  if (state === 'unsigned') return { state };
  if (state === 'rejected') {
    if (code !== 'E_INTEGRITY' && code !== 'E_UNTRUSTED') throw new WrongAnswer('it rejected with a code that is none of those for it');
    if (typeof reason !== 'string' || reason === '') throw new WrongAnswer('it rejected without a reason');
    return { state, code, reason: redact(reason.slice(0, LONGEST_REASON).replace(/\p{C}+/gu, ' ')) };
  }
  if (state !== 'verified') throw new WrongAnswer('its verdict is none');
  if (typeof signer !== 'string' || !signers.includes(signer)) throw new WrongAnswer('it vouched for a signer whom the policy does not name');
  if (covers !== 'files' && covers !== 'manifest') throw new WrongAnswer('it does not say what was signed');
  if (covers === 'manifest' && !manifest) throw new WrongAnswer('it vouched for a manifest where there is none');
  const candidate = candidates.find(({ name }) => name === from);
  if (!candidate) throw new WrongAnswer('it vouched by something that it was not given');
  return { state, signer, covers, from: candidate.name };
}
