import type { Attachment } from '../../model/signature.ts';
import type { RemoteFile } from '../../model/snapshot.ts';
import type { SnapshotWriter, VerifiedFile } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { StandingSnapshot } from '../../ports/download-target.ts';
import type { Registry } from '../../ports/registry.ts';
import type { SignatureVerdict } from '../../ports/signature-verifier.ts';
import { askRegistry } from '../signatures/ask-registry.ts';
import { refuseSize, signatureIn } from '../signatures/find-candidates.ts';
import { isStillTrusted } from '../signatures/is-still-trusted.ts';
import { type ActivePolicy, policyFor } from '../signatures/policy-for.ts';
import { recordOf } from '../signatures/record-of.ts';
import { refusal, warning } from '../signatures/signature-errors.ts';
import { verifyCandidates } from '../signatures/verify-candidates.ts';
import type { DownloadDeps } from './deps.ts';
import type { DownloadPlan } from './plan-download.ts';
import { asSigned, missingDigests, placedFiles, placedSignature } from './signed-files.ts';

interface GateRequest {
  readonly registry: Registry;
  readonly plan: DownloadPlan;
  readonly force: boolean;
}

/** Stands between what a registry sends and the name that people find it under. */
export interface SignatureGate {
  /**
   * Before the weights: fetches what a signature has to be held against, and no more.
   * @returns the files that were fetched for it
   * @throws IlabError E_INTEGRITY, E_UNTRUSTED under a policy that requires a signature
   */
  before(writer: SnapshotWriter, fetch: (files: readonly RemoteFile[]) => Promise<void>, options: CallOptions): Promise<readonly RemoteFile[]>;
  /** Once everything is in place, and before a name moves. @throws IlabError as {@link SignatureGate.before} */
  after(writer: SnapshotWriter, members: readonly VerifiedFile[], options: CallOptions): Promise<void>;
  /** Whether it refused, and what was not here before, so that nothing of it is to stay. */
  refused(): { readonly isNew: boolean } | undefined;
}

export async function createSignatureGate(deps: DownloadDeps, request: GateRequest, options: CallOptions): Promise<SignatureGate> {
  const { plan, registry } = request;
  const { snapshot } = plan;
  const policy = policyFor(deps.settings, snapshot);
  if (!policy) return unasked(deps, plan, options);
  const standing = await deps.cache.snapshot(snapshot, options);
  // With --force everything that was asked for comes anew.
  const kept = (standing?.files ?? []).filter(({ path }) => !request.force || plan.files.every((file) => file.path !== path));
  const here = new Set([...plan.files, ...(standing?.files ?? [])].map(({ path }) => path));
  const revision = { policy, manifest: snapshot.manifest };
  let attached: readonly Attachment[] = [];
  let verdict: SignatureVerdict | undefined;
  let isSettled = false;
  let isRefused = false;

  /** @returns the files that were fetched for it: none */
  const decide = async (found: SignatureVerdict): Promise<readonly RemoteFile[]> => {
    verdict = found;
    if (found.state === 'verified') return [];
    if (policy.mode === 'warn') {
      deps.logger.warn(warning(plan.reference.canonical, found));
      return [];
    }
    isRefused = true;
    if (standing) await deps.metadata.recordSignature(snapshot, recordOf(found, deps.clock.now()), options);
    throw refusal(plan.reference.canonical, found, policy);
  };

  return {
    async before(writer, fetch, call) {
      isSettled = await isVerifiedAlready(deps, { ...request, policy, standing, path: writer.path }, call);
      if (isSettled) return [];
      const told = await askRegistry(deps, { registry, snapshot, policy }, call);
      if ('state' in told) return decide(told);
      attached = told.attached;
      const byName = await verifyCandidates(deps, { ...revision, candidates: attached, files: snapshot.files.map(({ path }) => ({ path })) }, call);
      const signature = signatureIn(snapshot.files);
      const isWhole = byName.state === 'verified' && byName.covers === 'manifest';
      // What is in an archive is known when it is unpacked.
      if (!isWhole && snapshot.archives.length > 0) return [];
      if (isWhole || (!signature && attached.length === 0)) return decide(byName);
      const tooLarge = refuseSize(signature);
      if (tooLarge) return decide(tooLarge);
      const first = snapshot.files.filter((file) => file === signature || (here.has(file.path) && missingDigests(file)));
      await fetch(first);
      const candidates = [...attached, ...(signature ? [await placedSignature(deps, { writer, size: signature.blob.size }, call)] : [])];
      await decide(await verifyCandidates(deps, { ...revision, candidates, files: await placedFiles(deps, { writer, snapshot, here, kept }, call) }, call));
      return first;
    },

    async after(writer, members, call) {
      if (isSettled) return;
      if (!verdict) {
        const size = signatureIn(snapshot.files)?.blob.size ?? signatureIn(members)?.size;
        const candidates = [...attached, ...(size === undefined ? [] : [await placedSignature(deps, { writer, size }, call)])];
        const files = [...(await placedFiles(deps, { writer, snapshot, here, kept }, call)), ...members.map(asSigned)];
        await decide(await verifyCandidates(deps, { ...revision, candidates, files }, call));
      }
      if (verdict) await deps.metadata.recordSignature(snapshot, recordOf(verdict, deps.clock.now()), call);
    },

    refused: () => (isRefused ? { isNew: standing === undefined } : undefined),
  };
}

/** Nobody asks. What was found of the files that were here before says nothing of those that come now, once somebody asks again. */
async function unasked(deps: DownloadDeps, plan: DownloadPlan, options: CallOptions): Promise<SignatureGate> {
  const standing = await deps.cache.snapshot(plan.snapshot, options);
  return {
    before: () => Promise.resolve([]),
    async after(writer, members, call) {
      if (!standing || (members.length === 0 && plan.files.every(({ path }) => plan.here.has(path)))) return;
      const record = await deps.metadata.signature({ path: writer.path }, call);
      if (record?.state !== 'verified' || record.covers !== 'files') return;
      const reason = 'files came after it was checked, while no policy asked.';
      await deps.metadata.recordSignature(plan.snapshot, recordOf({ state: 'rejected', code: 'E_UNTRUSTED', reason }, deps.clock.now()), call);
    },
    refused: () => undefined,
  };
}

type Known = GateRequest & { readonly policy: ActivePolicy; readonly standing: StandingSnapshot | undefined; readonly path: string };

/** Whether all that this download will have was verified before, by somebody whom the policy trusts still. */
async function isVerifiedAlready(deps: DownloadDeps, { plan, force, policy, standing, path }: Known, options: CallOptions): Promise<boolean> {
  const record = force || !standing ? undefined : await deps.metadata.signature({ path }, options);
  if (!record || !(await isStillTrusted(deps, { policy, record }, options))) return false;
  const isGrowing = plan.files.some((file) => !plan.here.has(file.path)) || (plan.snapshot.archives.length > 0 && standing?.missing.length !== 0);
  return record.state === 'verified' && (record.covers === 'manifest' || !isGrowing);
}
