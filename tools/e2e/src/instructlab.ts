import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const OLD_COMMIT = '3f2a1b0c9d8e7f60514233241506978877665544';

type Files = Readonly<Record<string, string>>;

const GGUF = `GGUF\u0003\0\0\0${'\0'.repeat(16)}`;
const TOKENIZER: Files = { 'config.json': '{"architectures":["LlamaForCausalLM"]}', 'tokenizer.json': '{}', 'tokenizer_config.json': '{}' };
const MERLINITE: Files = { ...TOKENIZER, 'model-00001-of-00002.safetensors': 'one', 'model-00002-of-00002.safetensors': 'two' };
const GRANITE: Files = { ...TOKENIZER, 'model.safetensors': 'granite 1.1' };

/** What InstructLab 0.26 leaves on a machine, by the paths below the user’s home that it uses. */
export interface OldInstructLab {
  /** Digest of the artifact’s manifest that the link farm is of. */
  readonly digest: string;
}

/** Lays out every directory that InstructLab 0.26 makes for models, as its `download` and `train` leave them. */
export function layOutInstructLab(home: string): OldInstructLab {
  const cache = join(home, '.cache', 'instructlab');
  const data = join(home, '.local', 'share', 'instructlab');
  const models = join(cache, 'models');
  downloadGguf(models, 'granite-7b-lab-Q4_K_M.gguf', `${GGUF}granite`);
  write(join(models, 'mine.gguf'), `${GGUF}mine`); // Copied there by hand: nobody noted anything.
  downloadRepository(join(models, 'instructlab', 'merlinite-7b-lab'), MERLINITE);
  write(join(models, 'prometheus-eval', 'prometheus-8x7b-v2.0', 'config.json'), '{}');
  write(join(models, 'prometheus-eval', 'prometheus-8x7b-v2.0', 'model.safetensors'), 'judge');
  const digest = downloadArtifact(cache, 'granite-7b-starter', [GRANITE, { ...GRANITE, 'model.safetensors': 'granite 1.2' }]);
  for (const [path, content] of Object.entries({ ...TOKENIZER, 'model.safetensors': 'epoch 1' })) {
    write(join(data, 'checkpoints', 'hf_format', 'samples_128', path), content);
    write(join(data, 'phased', 'phase1', 'checkpoints', 'hf_format', 'samples_64', path), content);
  }
  write(join(data, 'checkpoints', 'full_state', 'epoch_0', 'optimizer.bin'), 'state');
  write(join(data, 'checkpoints', 'hf_format', 'samples_8', 'pytorch_model-Q4_K_M.gguf'), `${GGUF}quantised`);
  write(join(data, 'checkpoints', 'ggml-model-f16.gguf'), `${GGUF}simple`);
  write(join(data, 'phased', 'journalfile.yaml'), 'current_phase: phase1\n');
  return { digest };
}

/** Everything below a directory with what must not change: kind, content or target, times, mode. */
export function fingerprint(directory: string): readonly string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, mtimeMs, ino } = lstatSync(path);
      const content = entry.isSymbolicLink() ? readlinkSync(path) : entry.isFile() ? sha256(readFileSync(path)) : '';
      return `${path} ${mode} ${entry.isDirectory() ? '' : `${mtimeMs} ${ino}`} ${content}`;
    })
    .sort();
}

function downloadGguf(models: string, name: string, content: string): void {
  write(join(models, name), content);
  note(models, name, sha256(content));
}

function downloadRepository(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    write(join(folder, path), content);
    note(folder, path, path.endsWith('.safetensors') ? sha256(content) : gitSha1(content));
  }
}

/** As huggingface_hub 0.33 notes a file that it put into a folder. */
function note(folder: string, path: string, etag: string): void {
  write(join(folder, '.cache', 'huggingface', 'download', `${path}.metadata`), `${OLD_COMMIT}\n${etag}\n1700000000.5\n`);
  write(join(folder, '.cache', 'huggingface', 'download', `${path}.lock`), '');
  write(join(folder, '.cache', 'huggingface', '.gitignore'), '*');
}

/** As skopeo copies several tags into one layout, and InstructLab links the first one’s files. */
function downloadArtifact(cache: string, name: string, versions: readonly Files[]): string {
  const layout = join(cache, 'oci', name);
  const blobs = join(layout, 'blobs', 'sha256');
  const digests = versions.map((files) => {
    const layers = Object.entries(files).map(([title, content]) => {
      write(join(blobs, sha256(content)), content);
      const mediaType = title.endsWith('.json') ? 'application/json' : 'application/octet-stream';
      return { mediaType, digest: `sha256:${sha256(content)}`, size: content.length, annotations: { 'org.opencontainers.image.title': title } };
    });
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', layers });
    write(join(blobs, sha256(manifest)), manifest);
    return `sha256:${sha256(manifest)}`;
  });
  const listed = digests.map((digest) => ({ mediaType: 'application/vnd.oci.image.manifest.v1+json', digest }));
  write(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: listed }));
  write(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const folder = join(cache, 'models', name);
  mkdirSync(folder, { recursive: true });
  for (const [title, content] of Object.entries(versions[0] ?? {})) symlinkSync(join(blobs, sha256(content)), join(folder, title));
  return digests[0] ?? '';
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, 'latin1');
  utimesSync(path, 1_700_000_000, 1_700_000_000);
}

function sha256(content: string | Buffer): string {
  return createHash('sha256')
    .update(typeof content === 'string' ? Buffer.from(content, 'latin1') : content)
    .digest('hex');
}

function gitSha1(content: string): string {
  return createHash('sha1').update(`blob ${content.length}\0${content}`).digest('hex');
}
