import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { sep } from 'node:path';

const MAX_TEXT = 32 * 1024 * 1024;

/** The real path of a regular file of this size inside a directory; undefined for everything else, by whatever links it lies outside. */
export function fileInside(root: string, path: string, size?: number): string | undefined {
  try {
    const real = realpathSync(path);
    if (!real.startsWith(realpathSync(root) + sep)) return undefined;
    const stats = lstatSync(real);
    return stats.isFile() && (size === undefined || stats.size === size) ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Entries of another tool's directory, in the order of their names; none where it can't be read. */
export function look(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** A small text file of another tool; undefined where it can't be read, is no file or is too large. */
export function textInside(root: string, path: string): string | undefined {
  const real = fileInside(root, path);
  if (real === undefined) return undefined;
  try {
    return statSync(real).size > MAX_TEXT ? undefined : readFileSync(real, 'utf8');
  } catch {
    return undefined;
  }
}

/** The same as JSON; undefined when it is no object. */
export function jsonInside(root: string, path: string): Readonly<Record<string, unknown>> | undefined {
  return parseObject(textInside(root, path) ?? '');
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isSha256(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text);
}
