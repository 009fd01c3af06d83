import type { ModelSettings, SignaturePolicy } from '../../model/settings.ts';
import type { RepositoryId } from '../../model/snapshot.ts';
import { matchesGlob } from '../../selection/glob.ts';

/** A policy that asks something of a model. */
export type ActivePolicy = SignaturePolicy & { readonly mode: 'require' | 'warn' };

/**
 * The first policy that fits a repository; undefined where nothing is asked. Letter case makes no difference, and neither does it whether
 * HTTPS's own port is written: to the Hub and to servers it makes none, and a policy that another spelling gets round would be none.
 */
export function policyFor({ signatures = [] }: Pick<ModelSettings, 'signatures'>, { host, repository }: RepositoryId): ActivePolicy | undefined {
  const names = [host, host.replace(/:443$/, ''), /:\d+$/.test(host) ? host : `${host}:443`].map((one) => `${one}/${repository}`.toLowerCase());
  const policy = signatures.find(({ match }) => names.some((name) => matchesGlob(name, globOf(match))));
  return policy && isActive(policy) ? policy : undefined;
}

function globOf(match: string): string {
  const folded = match.toLowerCase();
  return folded.includes('/') ? folded : `${folded}/**`;
}

function isActive(policy: SignaturePolicy): policy is ActivePolicy {
  return policy.mode !== 'off';
}
