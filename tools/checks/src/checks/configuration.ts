import type { Check } from '../check.ts';
import { GENERATED, readDocument } from '../documents/generated.ts';

/** What is published of the configuration and of old spellings is what the code reads: the JSON Schema, the table of settings, and the page of old spellings. */
export const configuration: Check = {
  name: 'configuration',
  async run(root) {
    return GENERATED.flatMap(({ path, write }) => {
      const now = readDocument(root, path);
      try {
        return now === write(now) ? [] : [`${path} is not as the code has it: npm run docs`];
      } catch (error) {
        return [`${path}: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
  },
};
