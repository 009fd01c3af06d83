import type { Check } from '../check.ts';
import { readPages } from '../documents/pages.ts';
import { typeProblems } from '../documents/typed-examples.ts';

/** Examples in TypeScript compile against the packages' own types. */
export const typedExamples: Check = { name: 'typed examples', run: async (root) => typeProblems(root, await readPages(root)) };
