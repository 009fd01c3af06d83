import { isIlabError } from '@ilab/core/adapter';

/**
 * Whether content was refused because it is not as long as its descriptor says. The size is what somebody wrote into a manifest, so it may
 * be the descriptor that is wrong; that bytes are not those of their digest is never anybody's word.
 */
export function isWrongSize(error: unknown): boolean {
  return isIlabError(error) && error.code === 'E_INTEGRITY' && typeof error.details?.['expected'] === 'number';
}
