/** What is signed: a manifest by its sha256, or files, each path with its own. In hex. */
export type Statement = { readonly manifest: string } | { readonly files: Readonly<Record<string, string>> };

/** One line a file: a hundred thousand files are no more than this. */
const LARGEST = 16 * 1024 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;

/** Takes the envelope apart: `{"payload": …, "signature": …}`, both in base64. Nothing in it is to be believed yet. */
export function readSignature(content: Uint8Array): { readonly payload: Buffer; readonly signature: Buffer } | undefined {
  const json = content.length > LARGEST ? undefined : parse(content);
  const { payload, signature } = json ?? {};
  if (typeof payload !== 'string' || typeof signature !== 'string') return undefined;
  return { payload: Buffer.from(payload, 'base64'), signature: Buffer.from(signature, 'base64') };
}

/** Reads a payload whose signature is good. What it does not wholly understand is undefined. */
export function readStatement(payload: Uint8Array): Statement | undefined {
  const { manifest, files, ...others } = parse(payload) ?? {};
  if (Object.keys(others).length > 0) return undefined;
  if (files === undefined) return typeof manifest === 'string' && SHA256.test(manifest) ? { manifest } : undefined;
  if (manifest !== undefined || !isRecord(files)) return undefined;
  const isAll = Object.values(files).every((sha256) => typeof sha256 === 'string' && SHA256.test(sha256));
  return isAll ? { files: files as Readonly<Record<string, string>> } : undefined;
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
