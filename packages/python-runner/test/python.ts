import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const found = spawnSync('python3', ['-c', 'import sys; print(sys.executable); print(sys.version_info[1])'], { encoding: 'utf8' });
const [executable = '', minor = '0'] = found.status === 0 ? found.stdout.split('\n') : [];

/** The interpreter itself, not a shim before it. */
export const PYTHON: string = executable;

/** Why tests with Python can't be run here. */
export const LACKS: string | undefined = process.platform !== 'linux' ? 'needs Linux' : Number(minor) < 9 ? 'Python 3.9 or newer is not installed' : undefined;

export const BRIDGE: string = fileURLToPath(new URL('./fixtures/bridge.py', import.meta.url));
