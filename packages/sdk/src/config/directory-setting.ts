import type { DirectorySetting } from '@ilab/core';
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
      if (file.version?.startsWith('1.')) {
        return {
          changed: false,
          advice: `Set ILAB_MODELS_DIR to ${directory}: the configuration ${file.path} is of version ${file.version}, which has no models.dir.`,
        };
      }
      const { setInConfig } = await import('./set-in-config.ts');
      await setInConfig(file.path, ['models', 'dir'], directory);
      return { changed: true, file: file.path };
    },
  };
}
