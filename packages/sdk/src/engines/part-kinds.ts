import type { DonorManifest, EngineManifest, RunnerManifest, VerifierManifest } from '@ilab/plugin-api';
import { KNOWN_ENGINES, KNOWN_RUNNERS } from './known-parts.ts';
import type { PartKind } from './part-table.ts';

export const ENGINE_KIND: PartKind<EngineManifest> = { list: 'engines', nameOf: ({ engine }) => engine, known: KNOWN_ENGINES };

export const RUNNER_KIND: PartKind<RunnerManifest> = { list: 'runners', nameOf: ({ runner }) => runner, known: KNOWN_RUNNERS };

/** None is ours: what ilab checks itself needs no plugin. */
export const VERIFIER_KIND: PartKind<VerifierManifest> = { list: 'verifiers', nameOf: ({ verifier }) => verifier, known: [] };

/** Those of ours are no plugins either. */
export const DONOR_KIND: PartKind<DonorManifest> = { list: 'donors', nameOf: ({ donor }) => donor, known: [] };
