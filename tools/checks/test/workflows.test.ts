import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER = join(root, '.github', 'workflows');
const ACTIONLINT = join(root, '.tools', 'bin', 'actionlint');
const files = readdirSync(FOLDER);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly { readonly run?: string }[];
}

type Workflow = { readonly permissions?: unknown; readonly jobs?: Readonly<Record<string, Job>> };

/** What runs the code of dependencies; only to install them does not, since no package may run a script then. */
const BUILDS = /\b(?:npm|pnpm|npx|turbo|vitest)\b|tools\/run\.mjs (?!prepare\b)/;

/** What of a workflow gives others more than it must. */
function problemsOf(text: string): readonly string[] {
  const { permissions, jobs = {} } = parse(text) as Workflow;
  const loose = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)]
    .map(([, action = '']) => action)
    .filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action));
  return [
    ...loose.map((action) => `${action} is not pinned by its commit, with its version in a remark`),
    ...(JSON.stringify(permissions) === '{}' ? [] : ['the workflow gives every job its permissions']),
    ...Object.entries(jobs).flatMap(([name, job]) => (job.permissions === undefined ? [`${name} does not say its permissions`] : [])),
    ...Object.entries(jobs).flatMap(([name, job]) => (showsWhoItIs(job) && builds(job) ? [`${name} builds, and could ask for an identity meanwhile`] : [])),
  ];
}

function showsWhoItIs({ permissions = {} }: Job): boolean {
  return permissions['id-token'] === 'write';
}

function builds({ steps = [] }: Job): boolean {
  return steps.some(({ run = '' }) => BUILDS.test(run));
}

describe('workflows', () => {
  it.each(files)('%s pins what it uses and says what it may', (file) => {
    expect(problemsOf(readFileSync(join(FOLDER, file), 'utf8'))).toEqual([]);
  });

  it.each([
    ['a tag', 'permissions: {}\njobs:\n  a:\n    permissions: {}\n    steps:\n      - uses: actions/checkout@v7\n', /not pinned/],
    ['a commit without its version', `permissions: {}\njobs:\n  a:\n    permissions: {}\n    steps:\n      - uses: a/b@${'0'.repeat(40)}\n`, /not pinned/],
    ['no permissions', 'jobs:\n  a:\n    permissions: {}\n', /gives every job/],
    [
      'a job that builds with an identity',
      'permissions: {}\njobs:\n  a:\n    permissions: {id-token: write}\n    steps:\n      - run: npm run check\n',
      /a builds/,
    ],
    ['a job without', 'permissions: {}\njobs:\n  a:\n    steps: []\n', /a does not say/],
  ])('are not to have %s', (_what, text, says) => {
    expect(problemsOf(text).join('\n')).toMatch(says);
  });

  it.skipIf(!existsSync(ACTIONLINT))(
    `are right for actionlint${existsSync(ACTIONLINT) ? '' : ' [not installed: tools/install-test-tools.sh --full]'}`,
    async () => {
      await expect(promisify(execFile)(ACTIONLINT, ['-no-color', ...files.map((file) => join(FOLDER, file))], { cwd: root })).resolves.toMatchObject({
        stdout: '',
      });
    },
  );
});
