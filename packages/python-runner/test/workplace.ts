import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFolder, interpreterOf, MARKER, markerOf } from '../src/environment.ts';
import { LACKS, PYTHON } from './python.ts';

/** Where the runner of a library works in tests. */
export interface Workplace {
  /** As a host hands it to the runner. */
  readonly data: string;
  /** Why no job can be done there; absent where the library is. */
  readonly lacks?: string;
  remove(): Promise<void>;
}

/** Why there is no place to work at all: no Python is here. */
export const NO_WORKPLACE: string | undefined = LACKS;

const RUNNERS = fileURLToPath(new URL('../../../.tools/runners', import.meta.url));

/** The environment that `tools/install-test-tools.sh` made of a library, in the full run; else one with a Python and nothing in it. */
export async function workplaceOf(library: string, requirements: string): Promise<Workplace> {
  const installed = join(RUNNERS, library);
  const isFull = process.env['ILAB_TEST_FULL'] === '1';
  if (isFull && existsSync(installed)) return { data: installed, remove: async () => undefined };
  const data = await mkdtemp(join(tmpdir(), 'ilab-workplace-'));
  await mkdir(join(environmentFolder({ data }), 'bin'), { recursive: true });
  await symlink(PYTHON, interpreterOf({ data }));
  await writeFile(join(environmentFolder({ data }), MARKER), await markerOf({ requirements }));
  const lacks = isFull ? `${library} not installed: see tools/install-test-tools.sh --full` : 'in the full run';
  return { data, lacks, remove: () => rm(data, { recursive: true, force: true }) };
}
