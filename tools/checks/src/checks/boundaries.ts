import type { Check } from '../check.ts';
import { programProblems } from '../program.ts';
import { workspacePackages } from '../repository.ts';

/** What each package may depend on directly when it is installed (docs/architecture.md, “Direction”). Tools may depend on anything. */
const MAY_DEPEND_ON: Readonly<Record<string, readonly string[]>> = {
  '@ilab/core': [],
  '@ilab/plugin-api': ['@ilab/core'],
  '@ilab/testkit': ['@ilab/core', '@ilab/plugin-api'],
  'create-ilab-plugin': [],
  '@ilab/transfer': ['@ilab/core'],
  '@ilab/formats': ['@ilab/core'],
  '@ilab/local-fs': ['@ilab/core', '@ilab/formats'],
  '@ilab/signatures': ['@ilab/core'],
  '@ilab/programs': ['@ilab/core'],
  '@ilab/convert': ['@ilab/core', '@ilab/formats', '@ilab/programs'],
  '@ilab/gateway': ['@ilab/core'],
  '@ilab/oras': ['@ilab/core', '@ilab/transfer'],
  '@ilab/plugin-hf': ['@ilab/plugin-api'],
  '@ilab/plugin-oci': ['@ilab/plugin-api', '@ilab/oras'],
  '@ilab/plugin-dragonfly': [],
  '@ilab/plugin-llama-cpp': ['@ilab/plugin-api'],
  '@ilab/plugin-ollama': ['@ilab/plugin-api'],
  '@ilab/plugin-openai': ['@ilab/plugin-api'],
  '@ilab/plugin-vllm': ['@ilab/plugin-api', '@ilab/programs'],
  '@ilab/python-runner': ['@ilab/plugin-api', '@ilab/programs'],
  '@ilab/plugin-modelscope': ['@ilab/plugin-api'],
  '@ilab/plugin-s3': ['@ilab/plugin-api'],
  '@ilab/plugin-lm-eval': ['@ilab/plugin-api', '@ilab/python-runner'],
  '@ilab/plugin-sdg-hub': ['@ilab/plugin-api', '@ilab/python-runner'],
  '@ilab/plugin-trl': ['@ilab/plugin-api', '@ilab/python-runner'],
  '@ilab/sdk': [
    '@ilab/convert',
    '@ilab/core',
    '@ilab/plugin-api',
    '@ilab/local-fs',
    '@ilab/signatures',
    '@ilab/transfer',
    '@ilab/oras',
    '@ilab/plugin-hf',
    '@ilab/plugin-oci',
  ],
  '@ilab/cli': ['@ilab/plugin-hf', '@ilab/plugin-oci', '@ilab/sdk'],
};

/** Dependencies point inwards: what packages declare is held against the table, what files import against the declarations and tags. */
export const boundaries: Check = {
  name: 'boundaries',
  async run(root) {
    return [...declaredProblems(root), ...(await programProblems('pnpm', ['exec', 'turbo', 'boundaries'], root))];
  },
};

function declaredProblems(root: string): readonly string[] {
  return workspacePackages(root).flatMap(({ name, private: isTool, dependencies }) => {
    const allowed = MAY_DEPEND_ON[name];
    if (allowed === undefined) return isTool ? [] : [`${name} is not in the table of tools/checks/src/checks/boundaries.ts`];
    return dependencies.filter((dependency) => !allowed.includes(dependency)).map((dependency) => `${name} must not depend on ${dependency}`);
  });
}
