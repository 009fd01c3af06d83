/** A process for tests to kill: moves a store, or goes on with it. */
import { nullProgress } from '@ilab/core';
import { createLocalStore } from '../src/index.ts';

const [, , directory = '', to = ''] = process.argv;
const { relocation } = createLocalStore({ directory, checkpointsDirectory: directory, extraDirectories: [], home: directory, cwd: directory });
const plan = await relocation.plan(to, {});
await relocation.bring(plan, { progress: nullProgress });
await relocation.leave(plan, {});
