import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../src/check.ts';
import { apiReport } from '../src/checks/api-report.ts';
import { boundaries } from '../src/checks/boundaries.ts';
import { errorCodes } from '../src/checks/error-codes.ts';
import { examples } from '../src/checks/examples.ts';
import { fileSizes } from '../src/checks/file-sizes.ts';
import { generatedDocuments } from '../src/checks/generated-documents.ts';
import { links } from '../src/checks/links.ts';
import { lint } from '../src/checks/lint.ts';
import { trackedText } from '../src/checks/tracked-text.ts';
import { typedExamples } from '../src/checks/typed-examples.ts';
import { types } from '../src/checks/types.ts';
import { vectors } from '../src/checks/vectors.ts';
import { copyRepository } from '../src/copy-repository.ts';

/** A check that can't fail checks nothing: each is shown a repository with the fault that it is there for. */
let root: string;
beforeAll(async () => {
  root = await copyRepository();
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Changes a file for the time of one check. */
async function problemsWith(check: Check, path: string, change: (text: string) => string): Promise<readonly string[]> {
  const file = join(root, path);
  const before = await readFile(file, 'utf8').catch(() => undefined);
  await writeFile(file, change(before ?? ''));
  try {
    return await check.run(root);
  } finally {
    if (before === undefined) await rm(file);
    else await writeFile(file, before);
  }
}

const HOME = ['', 'home', 'ada', 'ilab'].join('/');

describe('planted faults', () => {
  it.each<readonly [string, Check, string, (text: string) => string, RegExp]>([
    ['the core imports the library', boundaries, 'packages/core/src/planted.ts', () => "import '@ilab/sdk';\n", /@ilab\/sdk/],
    ['a plugin imports the core past its API', boundaries, 'plugins/hf/src/planted.ts', () => "import '@ilab/core';\n", /@ilab\/core/],
    [
      'a plugin declares the library',
      boundaries,
      'plugins/hf/package.json',
      (text) => text.replace('"@ilab/plugin-api": "workspace:*"', '"@ilab/plugin-api": "workspace:*", "@ilab/sdk": "workspace:*"'),
      /plugin-hf must not depend on @ilab\/sdk/,
    ],
    ['the store imports the network', boundaries, 'packages/local-fs/src/planted.ts', () => "import '@ilab/transfer';\n", /@ilab\/transfer/],
    [
      'the core does I/O',
      lint,
      'packages/core/src/planted.ts',
      () => "import { readFileSync } from 'node:fs';\n\nexport const text: string = readFileSync('x', 'utf8');\n",
      /no I\/O/,
    ],
    ['a variable is not used', lint, 'packages/sdk/src/planted.ts', () => 'const left = 1;\n', /noUnusedVariables/],
    ['a file is not formatted', lint, 'packages/sdk/src/planted.ts', () => 'export  const left=1\n', /Formatter/],
    ['a type is wrong', types, 'packages/core/src/planted.ts', () => "export const count: number = 'one';\n", /TS2322/],
    ['a vector was changed', vectors, 'packages/core/vectors/references.json', (text) => `${text} `, /references\.json is not the agreed one/],
    ['a vector file was added', vectors, 'packages/core/vectors/more.json', () => '[]', /more\.json/],
    ['a code is not explained', errorCodes, 'docs/error-codes.md', (text) => text.replace(/\| `E_IN_USE`.*\n/, ''), /E_IN_USE is missing/],
    [
      'a code is explained with another exit code',
      errorCodes,
      'docs/error-codes.md',
      (text) => text.replace('| `E_IN_USE` | 10 |', '| `E_IN_USE` | 1 |'),
      /exit code 1;/,
    ],
    ['the published schema says something else', generatedDocuments, 'docs/config.schema.json', (text) => text.replace('"never"', '"seldom"'), /npm run docs/],
    ['a default is documented wrong', generatedDocuments, 'docs/configuration.md', (text) => text.replace('`missing` |', '`never` |'), /configuration\.md/],
    ['the table of settings is gone', generatedDocuments, 'docs/configuration.md', () => '# Configuration\n', /lacks/],
    ['an option is documented wrong', generatedDocuments, 'docs/commands.md', (text) => text.replace('--dry-run', '--dryrun'), /commands\.md/],
    ['a link leads nowhere', links, 'docs/planted.md', () => 'See [it](nowhere.md).\n', /planted\.md:1: nowhere\.md is not there/],
    [
      'a link leads to a part that is gone',
      links,
      'docs/store.md',
      (text) => text.replace('## Pruning', '## Cutting').concat('\n[x](#pruning)\n'),
      /#pruning names a part/,
    ],
    ['a link leads out of the repository', links, 'docs/planted.md', () => '[x](../../secret.md)\n', /is not there/],
    [
      'a link to our home leads nowhere',
      links,
      'README.md',
      (text) => `${text}\n[x](https://github.com/instructlab/ilab/blob/main/docs/gone.md)\n`,
      /gone\.md is not there/,
    ],
    ['a page is not in the contents', links, 'docs/planted.md', () => '# Planted\n', /planted\.md is not in docs\/README\.md/],
    [
      'an example has an option that is not there',
      examples,
      'docs/planted.md',
      () => '```sh\nilab model list --sorted\n```\n',
      /planted\.md:2: ilab model list --sorted: /,
    ],
    [
      'an example has a command that is not there',
      examples,
      'docs/planted.md',
      () => '```console\n$ cat x | ilab model prnt\n```\n',
      /ilab model prnt: is no command/,
    ],
    ['a configuration in an example is not valid', examples, 'docs/planted.md', () => '```yaml\nmodels: {pull: often}\n```\n', /models\.pull/],
    ['an example is no JSON', examples, 'docs/planted.md', () => '```json\n{"a": }\n```\n', /is no JSON/],
    [
      'an example does not compile',
      typedExamples,
      'packages/core/README.md',
      () => "x\n\n```ts\nexport const count: number = 'one';\n```\n",
      /README\.md:4: .*TS2322/,
    ],
    [
      'a member that plugins use is gone',
      apiReport,
      'packages/core/src/ports/http.ts',
      (text) => text.replace('  readonly once?: boolean;\n', ''),
      /plugin-api\.api\.md is not as the code has it.*\n- +readonly once\?: boolean;/,
    ],
    [
      'a member that plugins see says nothing of itself',
      apiReport,
      'packages/plugin-api/src/plugin-manifest.ts',
      (text) => text.replace(/ {2}\/\*\* One line for `ilab registry list`\. \*\/\n/, ''),
      /no docstring at: readonly summary/,
    ],
    [
      'the plugin API has a type that is not exported',
      apiReport,
      'packages/plugin-api/src/index.ts',
      (text) => text.replace('  RemoteBlob,\n', ''),
      /RemoteBlob/,
    ],
    ['a file is too long', fileSizes, 'packages/core/src/planted.ts', () => '//\n'.repeat(300), /planted\.ts has 301 lines/],
    ['somebody’s home is in a page', trackedText, 'docs/planted.md', () => `See ${HOME}/notes.\n`, /planted\.md holds a home directory/],
    [
      'a page names a package registry’s host',
      trackedText,
      'docs/planted.md',
      () => `See ${['www', 'npmjs', 'com'].join('.')}.\n`,
      /host of a package registry/,
    ],
    [
      'a lock names a registry',
      trackedText,
      'tools/toolchain/package-lock.json',
      (text) => text.replace('"license"', '"resolved": "https://npm.example/x.tgz",\n      "license"'),
      /the address of a package registry/,
    ],
  ])('%s', async (_what, check, path, change, says) => {
    expect((await problemsWith(check, path, change)).join('\n')).toMatch(says);
  });

  it('are the only ones: the copy as it is passes', async () => {
    for (const check of [boundaries, vectors, errorCodes, generatedDocuments, links, examples, typedExamples, apiReport, fileSizes, trackedText])
      expect([check.name, await check.run(root)]).toEqual([check.name, []]);
  });

  it('are seen with what is not yet committed, too', async () => {
    await appendFile(join(root, 'docs', 'new.md'), `${HOME}/x\n`);
    expect(await trackedText.run(root)).toHaveLength(1);
    await rm(join(root, 'docs', 'new.md'));
  });
});
