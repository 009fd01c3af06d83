import { describe, type SettingKey } from './schema/settings.ts';
import type { ConfigFile } from './read-config.ts';
import type { Origin, Setting } from './setting.ts';

/** What each place says about one setting; `null` in a file is as good as nothing. */
export interface Candidates<T> {
  readonly flag?: T | undefined;
  readonly environment?: T | undefined;
  readonly file?: T | null | undefined;
  readonly fallback: T;
}

/** Decides settings one by one, and notes what decided. */
export class SettingChooser {
  readonly settings: Setting[] = [];
  readonly #file: ConfigFile;

  constructor(file: ConfigFile) {
    this.#file = file;
  }

  choose<T>(key: SettingKey, { flag, environment, file, fallback }: Candidates<T>): T {
    if (flag !== undefined) return this.#decided(key, flag, 'flag');
    if (environment !== undefined) return this.#decided(key, environment, `environment ${describe(key).environment ?? ''}`);
    if (file !== undefined && file !== null) return this.#decided(key, file, `file ${this.#file.path}`);
    return this.#decided(key, fallback, 'default');
  }

  #decided<T>(key: SettingKey, value: T, origin: Origin): T {
    const { parsed } = this.#file;
    const moved = parsed?.conversion?.moved.findLast(({ to }) => to === key);
    const place = parsed && origin.startsWith('file ') ? { ...parsed.positionOf(key.split('.')), ...(moved && { formerly: moved.from }) } : {};
    this.settings.push({ key, value, origin, ...place });
    return value;
  }
}
