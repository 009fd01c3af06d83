import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// Tests run the sources, so nothing needs to be built first.
const conditions = ['@ilab/source', 'module', 'node', 'import', 'default'];

/** Tests that look at the clock, or at processes that get into each other's way: nothing runs beside them. */
const ALONE = {
  unit: [
    'packages/gateway/test/slow.test.ts',
    'packages/oras/test/challenge.test.ts',
    'packages/python-runner/test/bridge-process.test.ts',
    'packages/sdk/test/plugins/hostile-channel.test.ts',
    'packages/transfer/src/thread/file-threads.test.ts',
    'packages/transfer/test/{broken-connections,connections,delivery,fetch,hostile-archives,http,limits}.test.ts',
    'plugins/hf/src/xet/plan.test.ts',
    'plugins/hf/test/deliver-xet.test.ts',
  ],
  e2e: ['tools/e2e/test/{concurrency,interruption}.e2e.test.ts'],
};

const NO_TESTS_OF_OURS = '**/node_modules/**';
const slow = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    disableConsoleIntercept: true,
    testTimeout: 30_000,
    // What is waited for comes late on a busy machine; where it comes, nothing is lost by patience.
    expect: { poll: { timeout: 15_000 } },
    // Left to itself vitest keeps one core free, and of two that is half of the machine; many tests wait for processes and servers.
    maxWorkers: Math.max(2, availableParallelism()),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,plugins,tools}/*/{src,test}/**/*.test.ts', 'packages/create-ilab-plugin/templates/*/test/*.test.ts'],
          exclude: [...ALONE.unit, '**/*.{contract,e2e}.test.ts', NO_TESTS_OF_OURS],
        },
      },
      { extends: true, test: { name: 'contract', include: ['{packages,plugins}/*/test/**/*.contract.test.ts'] } },
      { extends: true, test: { name: 'e2e', include: ['tools/*/test/**/*.e2e.test.ts'], exclude: [...ALONE.e2e, NO_TESTS_OF_OURS], ...slow } },
      { extends: true, test: { name: 'unit-alone', include: ALONE.unit, fileParallelism: false } },
      { extends: true, test: { name: 'e2e-alone', include: ALONE.e2e, fileParallelism: false, ...slow } },
    ],
  },
});
