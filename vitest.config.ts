import { defineConfig } from 'vitest/config';

// Tests run the sources, so nothing needs to be built first.
const conditions = ['@ilab/source', 'module', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    disableConsoleIntercept: true,
    testTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,plugins,tools}/*/{src,test}/**/*.test.ts', 'packages/create-ilab-plugin/templates/*/test/*.test.ts'],
          exclude: ['**/*.{contract,e2e}.test.ts', '**/node_modules/**'],
        },
      },
      { extends: true, test: { name: 'contract', include: ['{packages,plugins}/*/test/**/*.contract.test.ts'] } },
      { extends: true, test: { name: 'e2e', include: ['tools/*/test/**/*.e2e.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
  },
});
