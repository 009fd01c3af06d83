import type { Check } from '../check.ts';
import { GENERATED, readDocument } from '../documents/generated.ts';

/** What is written of the code is what the code says: commands, error codes, old spellings, settings, and the configuration's JSON Schema. */
export const generatedDocuments: Check = {
  name: 'generated documents',
  async run(root) {
    const problems: string[] = [];
    for (const { path, write } of GENERATED) {
      const now = readDocument(root, path);
      try {
        if (now !== (await write(now))) problems.push(`${path} is not as the code has it: npm run docs`);
      } catch (error) {
        problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return problems;
  },
};
