import { chmodSync, mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLocalStore, type LocalStore, type LocalStoreOptions } from '../src/index.ts';

/** A directory that is gone when the test is. */
export function temporaryDirectory(parent: string = tmpdir()): string {
  const directory = realpathSync(mkdtempSync(join(parent, 'ilab-local-fs-')));
  chmodSync(directory, 0o755); // For `withMode`.
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A store whose models directory nothing has made yet; `root` is the directory around it. */
export function temporaryStore(given: Partial<LocalStoreOptions> = {}): LocalStore & { readonly root: string; readonly models: string } {
  const root = temporaryDirectory();
  const models = given.directory ?? join(root, 'models');
  const store = createLocalStore({ directory: models, checkpointsDirectory: join(root, 'checkpoints'), extraDirectories: [], home: root, cwd: root, ...given });
  return { ...store, root, models };
}
