import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const OWN = [join(root, '.tools', 'bin'), join(root, '.tools', 'venv', 'bin')];

/** Where a program is: among those that tools/install-test-tools.sh brings, on PATH, or where Debian keeps servers. */
export function findProgram(name: string): string | undefined {
  const directories = [...OWN, ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/** The interpreter that has `huggingface_hub`, and the packages that other readers are in. */
export function findPython(): string | undefined {
  const python = join(root, '.tools', 'venv', 'bin', 'python');
  return isExecutable(python) ? python : undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The reason for which tests are skipped when programs are not there. */
export function lacking(...names: readonly string[]): string | undefined {
  const missing = names.filter((name) => (name === 'huggingface_hub' ? findPython() : findProgram(name)) === undefined);
  return missing.length > 0 ? `${missing.join(', ')} not installed: see tools/install-test-tools.sh` : undefined;
}

/** The reason for which tests are skipped when that interpreter lacks modules. */
export function lackingModules(...names: readonly string[]): string | undefined {
  const python = findPython();
  const missing = python === undefined ? names : names.filter((name) => spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status !== 0);
  return missing.length > 0 ? `${missing.join(', ')} of Python not installed: see tools/install-test-tools.sh` : undefined;
}
