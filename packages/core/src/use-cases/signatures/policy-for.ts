import type { ModelSettings, SignaturePolicy } from '../../model/settings.ts';
import type { RepositoryId } from '../../model/snapshot.ts';
import { matchesGlob } from '../../selection/glob.ts';

/** A policy that asks something of a model. */
export type ActivePolicy = SignaturePolicy & { readonly mode: 'require' | 'warn' };

/**
 * The first policy that fits a repository; undefined where nothing is asked. Letter case makes no difference: to the Hub it makes none
 * either, and a policy that another spelling gets round would be none.
 */
export function policyFor({ signatures = [] }: Pick<ModelSettings, 'signatures'>, { host, repository }: RepositoryId): ActivePolicy | undefined {
  const name = `${host}/${repository}`.toLowerCase();
  const policy = signatures.find(({ match }) => matchesGlob(name, globOf(match)));
  return policy && isActive(policy) ? policy : undefined;
}

function globOf(match: string): string {
  const folded = match.toLowerCase();
  return folded.includes('/') ? folded : `${folded}/**`;
}

function isActive(policy: SignaturePolicy): policy is ActivePolicy {
  return policy.mode !== 'off';
}
