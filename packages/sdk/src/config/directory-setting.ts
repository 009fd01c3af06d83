import type { DirectorySetting } from '@ilab/core';
import { setSetting } from './set-setting.ts';
import type { LoadedSettings } from './setting.ts';

/**
 * The setting `models.dir`. It is written where it is read: into the configuration file, unless a flag or the environment decides,
 * which is the user's to change.
 */
export function createDirectorySetting({ settings, file }: LoadedSettings): DirectorySetting {
  const origin = settings.find(({ key }) => key === 'models.dir')?.origin ?? 'default';
  return {
    async pointTo(directory) {
      if (origin === 'flag') return { changed: false, advice: `Say --store ${directory} from now on, or set models.dir in ${file.path}.` };
      if (origin.startsWith('environment')) return { changed: false, advice: `Set ILAB_MODELS_DIR to ${directory}.` };
      if (file.conversion) {
        const advice = `Set ILAB_MODELS_DIR to ${directory}, or models.dir after \`ilab config migrate\`: ${file.path} is of an older version, which has no such key.`;
        return { changed: false, advice };
      }
      await setSetting(file.path, ['models', 'dir'], directory);
      return { changed: true, file: file.path };
    },
  };
}
