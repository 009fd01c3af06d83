/** Why a candidate is no good signature, as a sentence without its beginning. */
export class Rejection extends Error {
  readonly code: 'E_INTEGRITY' | 'E_UNTRUSTED';

  constructor(code: Rejection['code'], reason: string) {
    super(reason);
    this.code = code;
  }
}

/** It is damaged, or it is a trusted signer's and says something else. */
export function wrong(reason: string): Rejection {
  return new Rejection('E_INTEGRITY', reason);
}

/** It may be sound, and nobody here trusts it or can check it. */
export function untrusted(reason: string): Rejection {
  return new Rejection('E_UNTRUSTED', reason);
}
