import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const conditions = ['@ilab/source', 'module', 'node', 'import', 'default'];

// Suites that have to fail: they are run by the test beside them and never among the tests of this repository.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['*.suite.ts'], testTimeout: 20_000, maxConcurrency: 1 },
});
