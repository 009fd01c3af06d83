import type { Check } from '../check.ts';
import { programProblems } from '../program.ts';

export const build: Check = { name: 'build', run: (root) => programProblems('pnpm', ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'], root) };
