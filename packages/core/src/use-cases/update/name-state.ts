import type { ErrorCode } from '../../errors/codes.ts';

/** Why something is not known, or was not done. */
export interface NameProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** A version name that is here, against its registry. */
export interface NameState {
  /** Canonical. */
  readonly reference: string;
  /** Where it points here. */
  readonly revision: string;
  /** `unknown`: the registry could not be asked, or no longer has the name. */
  readonly state: 'current' | 'outdated' | 'unknown';
  /** Where it points at its registry, where that is known. */
  readonly now?: string;
  /** Why it is not known. */
  readonly problem?: NameProblem;
}
