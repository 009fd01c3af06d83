import type { SignatureRecord } from '../../model/signature.ts';
import type { ModelSettings } from '../../model/settings.ts';
import { digestParts } from '../../model/digest.ts';
import type { RemoteFile } from '../../model/snapshot.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Registry } from '../../ports/registry.ts';
import type { RemoteReader } from '../../ports/remote-reader.ts';
import type { SignatureVerdict, SignedFile } from '../../ports/signature-verifier.ts';
import type { UploadFile } from '../../ports/upload.ts';
import { askRegistry } from '../signatures/ask-registry.ts';
import { readSignature, refuseSize, signatureIn } from '../signatures/find-candidates.ts';
import { type ActivePolicy, policyFor } from '../signatures/policy-for.ts';
import { recordOf } from '../signatures/record-of.ts';
import { refusal, warning } from '../signatures/signature-errors.ts';
import { type SignatureDeps, verifyCandidates } from '../signatures/verify-candidates.ts';
import type { CopyPlan } from './plan-copy.ts';

export interface CheckDeps extends SignatureDeps {
  readonly remoteReader: RemoteReader;
  readonly settings: Pick<ModelSettings, 'signatures'>;
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

interface Source {
  readonly plan: CopyPlan;
  /** Of the source. */
  readonly registry: Registry;
  /** Files that are ready to go; what goes as a whole is not made ready. */
  readonly prepared: ReadonlyMap<string, UploadFile>;
}

/** Of archives, which nobody unpacks on the way. */
const PACKED: SignatureVerdict = {
  state: 'rejected',
  code: 'E_UNTRUSTED',
  reason: 'no signature of its manifest is good, and what is packed in it is only known when it is unpacked, as a download does.',
};

/**
 * Holds what is to be copied against the policy of its source, before a byte of it goes out.
 * @returns what was found; undefined where no policy asks
 * @throws IlabError E_INTEGRITY, E_UNTRUSTED under a policy that requires a signature, and as `RemoteReader.prepare`
 */
export async function checkSource(deps: CheckDeps, source: Source, options: CallOptions): Promise<SignatureRecord | undefined> {
  const { request, snapshot } = source.plan;
  const policy = policyFor(deps.settings, snapshot);
  if (!policy) return undefined;
  const verdict = await judge(deps, { ...source, policy }, options);
  if (verdict.state !== 'verified') {
    if (policy.mode === 'require') throw refusal(request.source.canonical, verdict, policy);
    deps.logger.warn(warning(request.source.canonical, verdict));
  }
  return recordOf(verdict, deps.clock.now());
}

type Judged = Source & { readonly policy: ActivePolicy };

async function judge(deps: CheckDeps, { plan, registry, prepared, policy }: Judged, options: CallOptions): Promise<SignatureVerdict> {
  const { snapshot } = plan;
  const asked = await askRegistry(deps, { registry, snapshot, policy }, options);
  if ('state' in asked) return asked;
  const revision = { policy, manifest: snapshot.manifest };
  const names = snapshot.files.map(({ path }) => ({ path }));
  const byName = await verifyCandidates(deps, { ...revision, candidates: asked.attached, files: names }, options);
  const signature = signatureIn(snapshot.files);
  if (byName.state === 'verified' && byName.covers === 'manifest') return byName;
  if (snapshot.archives.length > 0) return byName.state === 'rejected' ? byName : PACKED;
  if (!signature && asked.attached.length === 0) return byName;
  const tooLarge = refuseSize(signature);
  if (tooLarge) return tooLarge;

  const ready = (file: RemoteFile): Promise<UploadFile> => {
    const known = prepared.get(file.path);
    return known ? Promise.resolve(known) : deps.remoteReader.prepare({ registry, snapshot, file }, options);
  };
  const going = new Set(plan.files.map(({ path }) => path));
  const files: SignedFile[] = [];
  for (const file of snapshot.files) {
    const { path, blob } = file;
    const { algorithm, hex } = digestParts(blob.digest);
    if (!going.has(path)) files.push({ path });
    else files.push({ path, sha256: algorithm === 'sha256' ? hex : (await ready(file)).sha256 });
  }
  const own = signature ? [await readSignature(await ready(signature))] : [];
  return verifyCandidates(deps, { ...revision, candidates: [...asked.attached, ...own], files }, options);
}
