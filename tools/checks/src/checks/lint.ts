import type { Check } from '../check.ts';
import { programProblems } from '../program.ts';

/** Format, lint rules, and what the core may import. */
export const lint: Check = { name: 'lint', run: (root) => programProblems('pnpm', ['exec', 'biome', 'check', '--error-on-warnings'], root) };
