import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelScope, snapshotOf, startModelScope } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, findPython, lackingModules, mustRun, packPluginWithAll, type Workspace } from '../src/index.ts';

const TOKEN = 'ms-of-the-tester';
const FILES = { 'config.json': '{}', 'README.md': '# A model', 'sub dir/model #1.safetensors': 'weights '.repeat(50_000) };

let hub: ModelScope;
let workspace: Workspace;
beforeAll(async () => {
  const versions = new Map([
    ['v1', snapshotOf({ 'config.json': '{"old": true}' })],
    ['v2', snapshotOf(FILES)],
  ]);
  hub = await startModelScope({ models: [{ repository: 'acme/granite', versions }], users: { [TOKEN]: 'tester' }, private: ['acme/granite'] });
  workspace = await createWorkspace();
});
afterAll(async () => {
  await hub?.close();
  await workspace?.remove();
});

const reason = lackingModules('modelscope_hub');

/** The judge of our stand-in: what ModelScope's own client takes for a hub. */
describe.skipIf(reason !== undefined)(`modelscope_hub of Python${reason === undefined ? '' : ` (${reason})`}`, () => {
  it('logs in, lists versions and files, and downloads, from the hub that our tests ask', async () => {
    const script = `
import json, pathlib
from modelscope_hub import HubApi
from modelscope_hub.errors import NotExistError
api = HubApi()
client = api.legacy
names = [entry["Revision"] for entry in client.list_revisions("acme/granite", "model")]
user, _ = client.login("${TOKEN}")
path = pathlib.Path(str(api.download_repo("acme/granite", "model", revision="v2")))
files = {str(file.relative_to(path)): len(file.read_bytes()) for file in path.rglob("*") if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)}
try:
  client.list_repo_files("acme/none", "model")
  missing = "there"
except NotExistError:
  missing = "missing"
print(json.dumps({"names": names, "user": user["Username"], "files": files, "missing": missing}))`;
    const env = { ...workspace.env, MODELSCOPE_ENDPOINT: hub.url, MODELSCOPE_API_TOKEN: TOKEN, MODELSCOPE_CACHE: join(workspace.home, 'ms') };
    const said = await mustRun(findPython() ?? '', ['-c', script], { env });
    const sizes = Object.fromEntries(Object.entries(FILES).map(([path, content]) => [path, content.length]));
    expect(JSON.parse(said.trim().split('\n').at(-1) ?? '')).toEqual({ names: ['v1', 'v2', 'master'], user: 'tester', files: sizes, missing: 'missing' });
  });
});

describe('@ilab/plugin-modelscope, installed from its archive', () => {
  const reference = (version: string) => `${hub.host}/acme/granite:${version}`;
  const ilab = async (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    JSON.parse((await workspace.ilab([...args, '--json'], { env: { MODELSCOPE_ENDPOINT: hub.url, ...more } })).stdout) as {
      readonly ok: boolean;
      readonly result: readonly Record<string, unknown>[];
      readonly error: { readonly code: string };
    };

  it('says what it sees, and brings models with the user’s token', async () => {
    await mkdir(join(workspace.home, '.config', 'instructlab'), { recursive: true });
    // What only means something on this machine is the plugin's to ask where the user says so.
    const settings = `version: 2.0.0\nmodels:\n  registries:\n    "${hub.host}": { source: modelscope }\n`;
    await writeFile(join(workspace.home, '.config', 'instructlab', 'config.yaml'), settings);
    const archives = await packPluginWithAll('plugins/modelscope');
    const { code, stderr } = await workspace.ilab(['plugins', 'install', '--yes', ...archives], { env: { npm_config_offline: 'true' } });
    await rm(dirname(archives[0] ?? ''), { recursive: true });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/modelscope\.cn.*\n +sees +MODELSCOPE_API_TOKEN, MODELSCOPE_ENDPOINT/)]);
    expect((await ilab(['model', 'download', reference('v2')])).error.code).toBe('E_NOT_FOUND');
    const { result } = await ilab(['model', 'download', reference('v2')], { MODELSCOPE_API_TOKEN: TOKEN });
    expect(result[0]).toMatchObject({ reference: reference('v2'), fetched: Object.values(FILES).join('').length });
    expect(await readFile(join(String(result[0]?.['path']), 'config.json'), 'utf8')).toBe('{}');
    expect((await ilab(['model', 'verify', reference('v2')])).ok).toBe(true);
    expect((await ilab(['model', 'versions', `${hub.host}/acme/granite`], { MODELSCOPE_API_TOKEN: TOKEN })).result.map(({ name }) => name)).toEqual([
      'master',
      'v2',
      'v1',
    ]);
  });

  it('fetches nothing that another version has brought', async () => {
    const { result } = await ilab(['model', 'download', reference('master')], { MODELSCOPE_API_TOKEN: TOKEN });
    expect(result[0]).toMatchObject({ fetched: 0 });
  });
});
