import type { EngineManifest, RunnerManifest } from '@ilab/plugin-api';
import { KNOWN_ENGINES, KNOWN_RUNNERS } from './known-parts.ts';
import type { PartKind } from './part-table.ts';

export const ENGINE_KIND: PartKind<EngineManifest> = { list: 'engines', nameOf: ({ engine }) => engine, known: KNOWN_ENGINES };

export const RUNNER_KIND: PartKind<RunnerManifest> = { list: 'runners', nameOf: ({ runner }) => runner, known: KNOWN_RUNNERS };
