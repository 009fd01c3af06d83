/** A file of tests, as vitest's JSON reporter tells how it ended. */
export interface EndedFile {
  readonly name: string;
  /** `failed` too where the file can't even be loaded. */
  readonly status: string;
  readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
}

/** More files than this don't fail for being beside others. */
const MOST = 3;

/** The files that failed, to be run once more with nothing beside them; none where too much failed for that. See ADR 79. */
export function worthAnotherRun(files: readonly EndedFile[]): readonly string[] {
  const failed = files.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length > MOST ? [] : failed;
}

/** A test that failed beside others and passed alone. */
export interface UnsteadyTest {
  readonly file: string;
  readonly test: string;
}

type Merged<T> = { readonly files: readonly T[]; readonly unsteady: readonly UnsteadyTest[] };

/** @returns all files, those that ran again as they ended then, and what failed only the first time */
export function mergeRuns<T extends EndedFile>(files: readonly T[], again: readonly T[]): Merged<T> {
  const second = new Map(again.map((file) => [file.name, file]));
  const merged = files.map((file) => second.get(file.name) ?? file);
  const unsteady = files
    .filter(({ name, status }) => status === 'failed' && second.get(name)?.status === 'passed')
    .flatMap(({ name, assertionResults }) => {
      const failed = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => ({ file: name, test: fullName }));
      return failed.length > 0 ? failed : [{ file: name, test: 'could not be loaded' }];
    });
  return { files: merged, unsteady };
}

/** Tests by how they ended; a file that can't be loaded counts as one that failed. */
export function countTests(files: readonly EndedFile[]): { readonly passed: number; readonly failed: number; readonly skipped: number } {
  const results = files.flatMap(({ status, assertionResults }) => {
    const isBroken = status === 'failed' && !assertionResults.some((result) => result.status === 'failed');
    return [...assertionResults.map((result) => result.status), ...(isBroken ? ['failed'] : [])];
  });
  const passed = results.filter((status) => status === 'passed').length;
  const failed = results.filter((status) => status === 'failed').length;
  return { passed, failed, skipped: results.length - passed - failed };
}
