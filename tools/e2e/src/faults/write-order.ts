import { basename, dirname } from 'node:path';
import type { TracedCall } from './traced-run.ts';

type Rename = { readonly from: string; readonly to: string; readonly began: number; readonly ended: number };

/**
 * What a traced download did in the wrong order, or left out: bytes are synced before they get their final name, their directory
 * after; `.metadata` comes before the first file, the version record after the last, and every new directory is synced into its own.
 */
export function orderViolations(calls: readonly TracedCall[], store: string): readonly string[] {
  const done = calls.filter(({ text }) => !/= -1 E[A-Z]+ /.test(text));
  const renames = done.flatMap((call): Rename[] => {
    const [from, to] = quoted(call.text);
    return call.call.startsWith('rename') && from !== undefined && to?.startsWith(store) ? [{ from, to, began: call.began, ended: call.ended }] : [];
  });
  const written = done.filter(({ call }) => /write/.test(call)).map((call) => ({ ...call, path: ofDescriptor(call.text) }));
  const synced = done.filter(({ call }) => /sync/.test(call)).map((call) => ({ ...call, path: ofDescriptor(call.text) }));
  const isSynced = (path: string, after: number, before: number): boolean =>
    synced.some((call) => call.path === path && call.began > after && call.ended < before);

  const records = renames.filter(({ to }) => basename(dirname(to)) === '.versions');
  const described = renames.filter(({ to }) => basename(to) === '.metadata');
  const files = renames.filter(({ to }) => /\/@[^/]+\//.test(to) && basename(to) !== '.metadata');
  const firstRecord = Math.min(...records.map(({ began }) => began));
  const violations: string[] = [];
  const must = (holds: boolean, path: string, problem: string): void => {
    if (!holds) violations.push(`${path.slice(store.length + 1)}: ${problem}`);
  };
  must(records.length > 0 && described.length > 0 && files.length > 0, store, 'not a whole download');
  for (const { from, to, began, ended } of [...files, ...described, ...records]) {
    const lastWrite = Math.max(-1, ...written.filter(({ path }) => path === from).map((call) => call.ended));
    must(isSynced(from, lastWrite, began), to, 'named before its bytes were synced');
    must(isSynced(dirname(to), ended, records.some((record) => record.to === to) ? Number.POSITIVE_INFINITY : firstRecord), to, 'its directory was not synced');
  }
  for (const { to, began, ended } of files) {
    must(ended < firstRecord, to, 'came after the version record');
    must(
      described.some((one) => one.ended < began && isSynced(dirname(one.to), one.ended, began)),
      to,
      'came before .metadata was durable',
    );
  }
  for (const call of done.filter((one) => one.call.startsWith('mkdir'))) {
    const [path = ''] = quoted(call.text);
    if (path.startsWith(`${store}/`)) must(isSynced(dirname(path), call.ended, Number.POSITIVE_INFINITY), path, 'a directory that was not synced into its own');
  }
  return violations;
}

function quoted(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
}

/** `fsync(23</path>)`: the path. */
function ofDescriptor(text: string): string | undefined {
  return /^[a-z_0-9]+\(\d+<([^>]*)>/.exec(text)?.[1];
}
