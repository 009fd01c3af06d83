import { join } from 'node:path';
import type { Check, Finding } from '@ilab/core';
import { makeDirectory } from '../durable.ts';
import { STORE } from '../layout.ts';
import { standingAt } from '../standing.ts';
import { fileSystemOf } from './file-system.ts';
import { hardLinksAreProtected, ownersOf } from './owners.ts';
import { type Features, tryFeatures } from './try-features.ts';

/** What the models directory's file system can do, and how the store shares equal files there. */
export function checkFeatures(directory: string): Check {
  return {
    name: 'file system',
    async run() {
      if (!standingAt(directory)) {
        return [{ check: 'file system', state: 'ok', message: 'What it can do is tried once the models directory is there.' }];
      }
      const place = join(directory, STORE);
      await makeDirectory(place);
      const features = await tryFeatures(place);
      const system = fileSystemOf(directory);
      return [sharing(features, { directory, system }), links(features, system), names(features, system), sync(features, system)];
    },
  };
}

type On = { readonly directory: string; readonly system: string };

function sharing({ reflink, hardLink }: Features, { directory, system }: On): Finding {
  const check = 'sharing';
  if (reflink) return { check, state: 'ok', message: `Equal files share their bytes by reflink: ${system} can.` };
  if (!hardLink) {
    const message = `Equal files are copied: ${system} can neither reflink nor hard-link here.`;
    return { check, state: 'warning', message, advice: 'Keep models on a file system that can, for example XFS, Btrfs or ext4: ilab store move DIR.' };
  }
  const owners = ownersOf(directory);
  if (owners.size > 1 && hardLinksAreProtected()) {
    const message = `Equal files share their bytes by hard link, but for files of other users, which are copied: ${system} can't reflink, the store has ${owners.size} owners, and Linux refuses hard links to files of others (fs.protected_hardlinks).`;
    return { check, state: 'warning', message, advice: 'Keep a store of several users on a file system with reflinks, for example XFS or Btrfs.' };
  }
  return { check, state: 'ok', message: `Equal files share their bytes by hard link: ${system} can't reflink.` };
}

function links({ symlink }: Features, system: string): Finding {
  if (symlink) return { check: 'links', state: 'ok', message: 'Version names are links, for people and other tools.' };
  const message = `${system} has no symbolic links: version names are known to ilab only.`;
  return { check: 'links', state: 'warning', message, advice: 'Find models with `ilab model path REF`.' };
}

function names({ caseBlind, normalises }: Features, system: string): Finding {
  const blind = [...(caseBlind ? ['in case'] : []), ...(normalises ? ['in their Unicode spelling'] : [])].join(' or ');
  if (blind === '') return { check: 'names', state: 'ok', message: 'Names that differ only in case or in their Unicode spelling stay apart.' };
  const message = `${system} takes names that differ only ${blind} for one.`;
  return { check: 'names', state: 'warning', message, advice: 'Keep no two models whose names differ only so.' };
}

function sync({ fsync }: Features, system: string): Finding {
  if (fsync) return { check: 'sync', state: 'ok', message: 'What is written can be synced, so that a power cut loses nothing.' };
  const message = `${system} can't sync files: downloads will fail here.`;
  return { check: 'sync', state: 'problem', message, advice: 'Keep models on another disk: ilab store move DIR.', code: 'E_STORE' };
}
