import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { CLI, createWorkspace, lacking, startTerminal, type Workspace } from '../src/index.ts';

const missing = lacking('tmux');
const GGUF = Buffer.concat([Buffer.from('GGUF\u0003\u0000\u0000\u0000'), Buffer.alloc(16)]);

let hub: Hub;
let workspace: Workspace;
beforeAll(async () => {
  const versions = new Map(['v1.0', 'v1.1'].map((name) => [name, snapshotOf({ 'granite-7b-lab-Q4_K_M.gguf': Buffer.concat([GGUF, Buffer.from(name)]) })]));
  hub = await startHub({ models: [{ repository: 'instructlab/granite-7b-lab-GGUF', versions }], bytesPerSecond: 1000 });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  for (const name of versions.keys()) await workspace.ilab(['model', 'download', `instructlab/granite-7b-lab-GGUF:${name}`]);
});
afterAll(async () => {
  await hub.close();
  await workspace.remove();
});

/** What a command leaves on a terminal of that width, without what differs from run to run. */
async function screenOf(args: readonly string[], columns: number, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const terminal = await startTerminal([process.execPath, CLI, ...args], { env: { ...workspace.env, ...env }, cwd: workspace.home, columns, rows: 60 });
  onTestFinished(() => terminal.close());
  const screen = await terminal.shows(/ended with \d+$/m);
  return screen.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-01-02 03:04').replaceAll(/\b(?=[0-9a-f]*\d)[0-9a-f]{12}\b/g, '0123456789ab');
}

describe.skipIf(missing)(`on a narrow terminal${missing ? ` (${missing})` : ''}`, () => {
  it('a list has names on lines of their own', async () => {
    expect(await screenOf(['model', 'list'], 80)).toMatchInlineSnapshot(`
      "Models
      NAME
        VERSION  FORMAT  SIZE  LAST MODIFIED     ID
      huggingface.co/instructlab/granite-7b-lab-GGUF
        v1.0     gguf    28 B  2026-01-02 03:04  0123456789ab
        v1.1     gguf    28 B  2026-01-02 03:04  0123456789ab

      Total on disk: 56 B
      ended with 0"
    `);
    expect(await screenOf(['model', 'list'], 40)).toMatchInlineSnapshot(`
      "Models
      huggingface.co/instructlab/granite-7b-la
      b-GGUF
        VERSION v1.0  FORMAT gguf  SIZE 28 B
        LAST MODIFIED 2026-01-02 03:04
        ID 0123456789ab
        VERSION v1.1  FORMAT gguf  SIZE 28 B
        LAST MODIFIED 2026-01-02 03:04
        ID 0123456789ab

      Total on disk: 56 B
      ended with 0"
    `);
  });

  it('what is used is told in whole words', async () => {
    const screen = await screenOf(['model', 'convert', '--model', 'instructlab/granite-7b-lab-GGUF:v1.1'], 60);
    expect(screen.slice(0, screen.indexOf('Error'))).toMatchInlineSnapshot(`
      "Using huggingface.co/instructlab/granite-7b-lab-GGUF:v1.1
      (tracked, that version)
      "
    `);
  });

  it('an error breaks at words, and its commands can be copied', async () => {
    const args = ['model', 'path', 'granit-7b-lab-GGUF', '--pull', 'never'];
    expect(await screenOf(args, 80)).toMatchInlineSnapshot(`
      "Error [E_NOT_FOUND] No model here is called “granit-7b-lab-GGUF”.
        Did you mean huggingface.co/instructlab/granite-7b-lab-GGUF:v1.1? Fetch it by
        its whole name, as ORGANISATION/granit-7b-lab-GGUF, or set an alias:
        ilab model alias set granit-7b-lab-GGUF REF
        Run: ilab model path huggingface.co/instructlab/granite-7b-lab-GGUF:v1.1 --pul
      l never
      ended with 3"
    `);
    expect(await screenOf(args, 40)).toMatchInlineSnapshot(`
      "Error [E_NOT_FOUND] No model here is
        called “granit-7b-lab-GGUF”.
        Did you mean
        huggingface.co/instructlab/granite-7b-
      lab-GGUF:v1.1?
        Fetch it by its whole name, as
        ORGANISATION/granit-7b-lab-GGUF, or
        set an alias:
        ilab model alias set granit-7b-lab-GGU
      F REF
        Run: ilab model path huggingface.co/in
      structlab/granite-7b-lab-GGUF:v1.1 --pul
      l never
      ended with 3"
    `);
  });

  it('what to do next fits', async () => {
    expect(await screenOf([], 80)).toMatchInlineSnapshot(`
      "Here: 2 models, 56 B. What you can do next:

        ilab engine install llama-cpp  to run gguf models
        ilab model chat                talk to it
        ilab model serve               for programs: an API like OpenAI’s
        ilab model list                what is here

        ilab --help           all commands
        ilab help references  how models are named
      ended with 0"
    `);
    expect(await screenOf([], 40)).toMatchInlineSnapshot(`
      "Here: 2 models, 56 B. What you can do
      next:

        ilab engine install llama-cpp
            to run gguf models
        ilab model chat
            talk to it
        ilab model serve
            for programs: an API like OpenAI’s
        ilab model list
            what is here

        ilab --help
            all commands
        ilab help references
            how models are named
      ended with 0"
    `);
  });

  it('an explanation fits', async () => {
    expect(await screenOf(['help', 'references'], 80)).toMatchInlineSnapshot(`
      "How a model is named: one reference, the same for every command.

      Whatever takes --model, or a model as an argument, takes any of these:

        ./my-model                 a path: a GGUF file, or a folder with a model
        quay.io/org/name:v1.1      a repository of an OCI registry, and a version
        org/name                   a repository of huggingface.co
        org/name:main              with a branch, a tag or a commit
        org/name-GGUF:Q4_K_M       one quantisation of it
        org/name#*.safetensors     some of its files
        quay.io/org/name@sha256:…  exactly this revision, for ever
        name                       the end of a name that is here, or an alias

      A path that is a model comes first, then aliases, then what is here, then the
      registry. Of several versions here the default one is taken (main, latest), else
      the highest. A name that fits several models is asked about, and without a
      terminal it is an error: nothing is picked by chance. Downloaded is only a name
      with a host, org/name, or a short name that you gave a place.

        ilab model path granite --explain      how a name is understood, step by step
        ilab model parse org/name:v1           how it is read: no disk, no network
        ilab model alias set mine org/name:v1  a name of your own
        ilab model versions org/name           which versions there are

      More: https://github.com/instructlab/ilab/blob/main/docs/references.md
      ended with 0"
    `);
    for (const line of (await screenOf(['help', 'store'], 40)).split('\n').filter((text) => !text.startsWith('  ilab ') && !text.startsWith('More: ')))
      expect(line.length, line).toBeLessThanOrEqual(40);
  });
});
