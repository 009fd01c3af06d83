import {
  type CallOptions,
  isIlabError,
  type OwnSigner,
  type PluginVerdict,
  SIGNATURE_FILE,
  type SignaturePolicy,
  type SignatureRequest,
  type SignatureVerdict,
  type SignatureVerifier,
  type TrustFile,
  type VerifierPolicy,
  type VouchedSigner,
} from '@ilab/core';
import type { VerifierManifest } from '@ilab/plugin-api';
import type { UsablePart } from '../engines/part-table.ts';
import { askVerifier } from './ask-verifier.ts';
import type { OpenVerifier } from './open-verifier.ts';

export interface JointDeps {
  /** Checks keys and identities. */
  readonly own: SignatureVerifier;
  /** Those that plugins bring, by name. */
  readonly verifiers: ReadonlyMap<string, UsablePart<VerifierManifest>>;
  /** Called at most once each while it lives. */
  readonly open: (verifier: UsablePart<VerifierManifest>) => Promise<OpenVerifier>;
  /** @throws Error saying why a file that a policy names can't be read */
  readonly readTrust: (path: string) => Promise<TrustFile>;
}

type Refused = Exclude<SignatureVerdict, { state: 'verified' }>;
type Part = { readonly covers: 'manifest' | 'files'; readonly from: string } & ({ readonly own: OwnSigner } | { readonly vouched: VouchedSigner });

/**
 * What ilab checks itself, and what verifiers of plugins check for policies that name them. All that a policy names has to agree: one of its
 * keys or identities, if it names any, and every verifier. So a verifier makes a policy stricter, or is all that there is of it, and never
 * stands in for a key.
 */
export function createJointVerifier(deps: JointDeps): SignatureVerifier {
  return {
    mediaTypes: ({ verifiers = [] }) => verifiers.flatMap(({ verifier }) => deps.verifiers.get(verifier)?.manifest.mediaTypes ?? []),

    async verify(request, options) {
      const { verifiers = [], ...policy } = request.policy;
      if (verifiers.length === 0) return deps.own.verify(request, options);
      const parts: Part[] = [];
      let unsigned: Refused | undefined;
      for (const found of [ownPart(deps, { ...request, policy }, options), ...verifiers.map((one) => verifierPart(deps, { one, request }, options))]) {
        const part = await found();
        if (!part) continue;
        if (!('state' in part)) parts.push(part);
        else if (part.state === 'rejected') return part;
        else unsigned = part;
      }
      return unsigned ?? jointVerdict(parts);
    },

    async trusts(policy, signer, options) {
      const { verifiers = [], ...ownPolicy } = policy;
      const vouched = 'vouched' in signer ? signer.vouched : [];
      const own = 'vouched' in signer ? signer.own : signer;
      if (namesOwn(policy) && !(own && (await deps.own.trusts(ownPolicy, own, options)))) return false;
      if (!namesOwn(policy) && verifiers.length === 0) return false;
      for (const { verifier, signers, trust } of verifiers) {
        const isNamed = vouched.some((one) => one.verifier === verifier && signers.includes(one.signer));
        // Whoever takes a verifier away, or what it goes by, takes its trust away.
        if (!isNamed || !deps.verifiers.has(verifier) || !(await canReadAll(deps, trust))) return false;
      }
      return true;
    },
  };
}

function namesOwn({ keys, identities }: SignaturePolicy): boolean {
  return keys.length + identities.length > 0;
}

/** @returns undefined where the policy asks for nothing that ilab checks itself */
function ownPart({ own }: JointDeps, request: SignatureRequest, options: CallOptions): () => Promise<Part | Refused | undefined> {
  return async () => {
    if (!namesOwn(request.policy)) return undefined;
    const verdict = await own.verify(request, options);
    if (verdict.state !== 'verified') return verdict;
    const { signer, covers, from } = verdict;
    return 'vouched' in signer ? { state: 'rejected', code: 'E_UNTRUSTED', reason: 'it is by nobody whom the policy names.' } : { covers, from, own: signer };
  };
}

function verifierPart(
  deps: JointDeps,
  { one, request }: { readonly one: VerifierPolicy; readonly request: SignatureRequest },
  options: CallOptions,
): () => Promise<Part | Refused> {
  return async () => {
    const { verifier, trust } = one;
    const found = deps.verifiers.get(verifier);
    if (!found) return untrusted(`the policy names the verifier ${verifier}, and no plugin here brings it (ilab plugins list).`);
    const files = await readAll(deps, trust);
    if (!Array.isArray(files)) return files as Refused;
    const verdict = await tolerated(request.policy, () =>
      askVerifier({ manifest: found.manifest, open: () => deps.open(found), policy: one, trust: files }, request, options),
    );
    if (verdict.state !== 'verified') return verdict;
    return { covers: verdict.covers, from: verdict.from, vouched: { verifier, signer: verdict.signer } };
  };
}

/** A policy that only warns warns of a plugin that is broken, too. */
async function tolerated({ mode }: SignaturePolicy, ask: () => Promise<PluginVerdict>): Promise<PluginVerdict> {
  try {
    return await ask();
  } catch (error) {
    if (mode === 'require' || !isIlabError(error) || error.code !== 'E_PLUGIN_BROKEN') throw error;
    return untrusted(error.message);
  }
}

async function readAll({ readTrust }: JointDeps, paths: readonly string[]): Promise<readonly TrustFile[] | Refused> {
  try {
    return await Promise.all(paths.map(readTrust));
  } catch (error) {
    return untrusted(error instanceof Error ? error.message : String(error));
  }
}

async function canReadAll(deps: JointDeps, paths: readonly string[]): Promise<boolean> {
  return Array.isArray(await readAll(deps, paths));
}

function jointVerdict(parts: readonly Part[]): SignatureVerdict {
  const [first] = parts;
  if (!first) return untrusted('the policy names nobody.');
  const own = parts.flatMap((part) => ('own' in part ? [part.own] : []))[0];
  const vouched = parts.flatMap((part) => ('vouched' in part ? [part.vouched] : []));
  // No more is covered than by the one that covers least. What lies in the model alone can be looked at again without asking anybody.
  const covers = parts.some((part) => part.covers === 'files') ? 'files' : 'manifest';
  const { from } = parts.find((part) => part.from !== SIGNATURE_FILE) ?? first;
  return { state: 'verified', signer: { vouched, ...(own && { own }) }, covers, from };
}

function untrusted(reason: string): Extract<Refused, { state: 'rejected' }> {
  return { state: 'rejected', code: 'E_UNTRUSTED', reason };
}
