import { type Digest, IlabError, parseDigest, parseFilePath, parseSize, type RemoteFile } from '@ilab/plugin-api';

// What comes from a server is somebody else's text: everything is checked before it is used.

/** Reads what a version is: `{"revision": …, "files": […]}`. @throws IlabError E_REGISTRY */
export function readRevision(answer: unknown): { readonly revision: Digest; readonly files: readonly RemoteFile[] } {
  const { revision, files } = record(answer);
  if (!Array.isArray(files)) throw nonsense();
  return { revision: parseDigest(String(revision)), files: files.map(readFile) };
}

/** Reads the list of versions: `["v1", …]`. @throws IlabError E_REGISTRY */
export function readVersions(answer: unknown): readonly string[] {
  if (!Array.isArray(answer) || !answer.every((name) => typeof name === 'string')) throw nonsense();
  return answer;
}

function readFile(entry: unknown): RemoteFile {
  const { path, size, digest } = record(entry);
  const checked = parseDigest(String(digest));
  return { path: parseFilePath(path), blob: { id: checked, size: parseSize(size), digest: checked } };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw nonsense();
  return { ...value };
}

function nonsense(): IlabError {
  return new IlabError('E_REGISTRY', 'The server answered with something else than what it was asked for.', { hint: 'Ask whoever runs it.' });
}
