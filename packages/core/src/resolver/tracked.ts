import type { SourceManifest } from '../model/source-manifest.ts';
import type { StoredRepository, UnmanagedModel } from '../model/stored.ts';
import { formatReference } from '../reference/format-reference.ts';
import { type ReferenceGrammar, sourceNamed } from '../reference/grammar.ts';
import type { Candidate } from './candidates.ts';
import { chooseFiles, modelPath } from './choose-files.ts';
import { chooseVersion } from './choose-version.ts';
import type { Step, TrackedResolution } from './resolution.ts';
import type { Wanted } from './wanted.ts';

/** A candidate that is here whole, as it would be used. */
export type Tracked = Omit<TrackedResolution, 'steps'>;

/** Looks at a candidate closely. @returns undefined when it is not here in that version, or not whole */
export function trackedModel(candidate: Candidate, grammar: ReferenceGrammar): Tracked | undefined {
  if (candidate.kind === 'unmanaged') return unmanaged(candidate.model);
  return inRepository(candidate.repository, { wanted: candidate.wanted, grammar });
}

function inRepository(repository: StoredRepository, { wanted, grammar }: { readonly wanted: Wanted; readonly grammar: ReferenceGrammar }): Tracked | undefined {
  const source: SourceManifest | undefined = sourceNamed(repository.id.source, grammar);
  const version = chooseVersion(repository, wanted, source?.defaultVersion);
  const files = version && chooseFiles(version.snapshot, { selector: wanted.selector, record: version.record });
  if (!version || !files) return undefined;
  const { id, path, files: here } = version.snapshot;
  const parts = {
    adapter: id.source,
    host: id.host,
    repository: id.repository,
    ...(version.record ? { version: version.record.name } : id.revision.includes(':') ? { digest: id.revision } : { version: id.revision }),
    ...(files.file !== undefined && { selector: files.file }),
  };
  const reference = formatReference(parts, grammar);
  return {
    kind: 'tracked',
    reference,
    name: reference,
    id: repository.id,
    path: modelPath(path, files.files, (file) => here.find((one) => one.path === file)?.entry),
    format: files.format === 'unknown' ? version.snapshot.metadata.format : files.format,
    files: files.files,
    revision: id.revision,
    ...(version.record && { version: version.record.name }),
    because: `tracked, ${[version.because, files.because].filter(Boolean).join(', ')}`,
  };
}

function unmanaged(model: UnmanagedModel): Tracked {
  const { name, path, format, version } = model;
  const because = model.kind === 'checkpoint' ? 'a checkpoint' : 'left by an older version, used in place';
  return { kind: 'tracked', reference: name, name, path, format, files: [], version, because };
}

/** All steps so far with the last one. */
export function withSteps(tracked: Tracked, steps: readonly Step[]): TrackedResolution {
  return { ...tracked, steps: [...steps, { step: 'store', found: tracked.reference }] };
}
