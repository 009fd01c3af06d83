/** A process of the lock benchmark: takes the lock in a directory and says when, in milliseconds of the system's clock; then holds it or gives it up. */
import { locksIn, waitForLock } from '@ilab/local-fs';

const [, , directory = '', then = 'release'] = process.argv;
const locks = locksIn(directory);
process.stdout.write('ready\n');
const lock = await waitForLock(locks, 'lock', { purpose: 'bench' });
process.stdout.write(`${Date.now()}\n`);
if (then === 'hold') setInterval(() => undefined, 60_000);
else lock.release();
