import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifact, type Contents, type Hub, makeKey, modelStatement, packModel, resourcesOf, signStatement, snapshotOf, startHub } from '@ilab/hub';
import { createIlab, type Ilab, isIlabError, type SettingOverrides } from '../../src/index.ts';

/** Everybody's keys: making RSA keys takes time. */
export const KEYS = {
  trusted: makeKey(),
  stranger: makeKey(),
  wide: makeKey('P-384'),
  widest: makeKey('P-521'),
  edwards: makeKey('Ed25519'),
  rsa: makeKey('RSA'),
};

export const FILES = { 'config.json': '{}', 'sub/model.safetensors': 'weights' };

/** A model that is signed as `model_signing` signs, by the trusted key unless something else is said. */
export function signed(files: Contents = FILES, key: (typeof KEYS)[keyof typeof KEYS] = KEYS.trusted): Contents {
  return { ...files, 'model.sig': JSON.stringify(signStatement(modelStatement(resourcesOf(files)), key)) };
}

export interface WorldOptions {
  /** Of `acme/model:v1`, in the registry and on the Hub. */
  readonly files?: Contents;
  /** More in the registry, by `repository:tag`. */
  readonly artifacts?: Readonly<Record<string, Artifact>>;
  /** `models.signatures`; default: the trusted key is required everywhere. */
  readonly signatures?: readonly object[];
}

/** A hub with a model, and a library with policies. */
export interface SignedWorld extends AsyncDisposable {
  readonly hub: Hub;
  readonly ilab: Ilab;
  readonly warnings: string[];
  readonly home: string;
  /** `127.0.0.1:5000/acme/model:v1` */
  readonly reference: string;
  /** The same library under other policies. */
  under(signatures: readonly object[], settings?: SettingOverrides): Promise<Ilab>;
}

export const REQUIRE = { match: '**', mode: 'require', keys: ['trusted.pem'] };

export async function signedWorld({ files = signed(), artifacts = {}, signatures = [REQUIRE] }: WorldOptions = {}): Promise<SignedWorld> {
  const home = await mkdtemp(join(tmpdir(), 'ilab-signed-'));
  const hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf(files)]]) }], artifacts });
  for (const [name, { publicPem }] of Object.entries(KEYS)) await writeFile(join(home, `${name}.pem`), publicPem);
  const warnings: string[] = [];
  const opened: Ilab[] = [];
  const under = async (policies: readonly object[], settings: SettingOverrides = {}): Promise<Ilab> => {
    await writeFile(join(home, 'config.yaml'), JSON.stringify({ version: '2.0.0', models: { signatures: policies } }));
    const logger = { warn: (message: string) => void warnings.push(message), info() {}, debug() {} };
    const made = await createIlab({ home, cwd: home, env: { HF_ENDPOINT: hub.url, ILAB_CONFIG: join(home, 'config.yaml') }, logger, settings });
    opened.push(made);
    return made;
  };
  return {
    hub,
    ilab: await under(signatures),
    warnings,
    home,
    reference: `${hub.host}/acme/model:v1`,
    under,
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one.close();
      await hub.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The artifact that a world's hub makes of files. */
export function artifactOf(files: Contents): Artifact {
  return packModel(snapshotOf(files));
}

/** How a download ends: `done`, or with a code and what it says. */
export async function endOf(ilab: Ilab, reference: string): Promise<{ readonly code: string; readonly message: string }> {
  try {
    await ilab.models.download({ reference });
    return { code: 'done', message: '' };
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return { code: error.code, message: error.message };
  }
}

/** Paths that were asked of the registry for bytes. */
export function blobsFetched({ requests }: Hub): readonly string[] {
  return requests.filter(({ method, url }) => method === 'GET' && /\/(?:blobs\/sha256|resolve\/)/.test(url)).map(({ url }) => url);
}
