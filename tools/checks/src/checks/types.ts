import type { Check } from '../check.ts';
import { programProblems } from '../program.ts';

export const types: Check = { name: 'types', run: (root) => programProblems('pnpm', ['exec', 'tsc', '--noEmit', '-p', 'tsconfig.json'], root) };
