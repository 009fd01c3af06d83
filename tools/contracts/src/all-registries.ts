import { GIVING_REGISTRIES } from './giving-registries.ts';
import { BROKEN_REGISTRIES, type BrokenRegistry } from './registries.ts';
import { TRUSTING_REGISTRIES } from './trusting-registries.ts';

export const allRegistries: readonly BrokenRegistry[] = [...BROKEN_REGISTRIES, ...GIVING_REGISTRIES, ...TRUSTING_REGISTRIES];
