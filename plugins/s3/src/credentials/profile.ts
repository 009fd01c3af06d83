import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions, PluginContext } from '@ilab/plugin-api';

/** Settings of one profile of Amazon's own tools, by name. */
export interface Profile {
  readonly settings: Readonly<Record<string, string>>;
  /** The file that its keys stand in. */
  readonly origin: string;
}

type Surroundings = Pick<PluginContext, 'env' | 'home'>;

/** The profile in use: what `~/.aws/config` says of it, and over that `~/.aws/credentials`. A file that can't be read is as good as none. */
export async function readProfile({ env, home }: Surroundings, options: CallOptions): Promise<Profile> {
  const name = env['AWS_PROFILE'] || env['AWS_DEFAULT_PROFILE'] || 'default';
  const origin = env['AWS_SHARED_CREDENTIALS_FILE'] || join(home, '.aws', 'credentials');
  const configuration = env['AWS_CONFIG_FILE'] || join(home, '.aws', 'config');
  const settings = section(await readIfThere(configuration, options), name === 'default' ? [name, 'profile default'] : [`profile ${name}`]);
  return { settings: { ...settings, ...section(await readIfThere(origin, options), [name]) }, origin };
}

/** What stands in a section; indented lines belong to settings that nobody here asks for. */
function section(text: string, names: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  let isOurs = false;
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[([^\]]*)\]/.exec(line)?.[1];
    if (heading !== undefined) isOurs = names.includes(heading.trim().replace(/\s+/g, ' '));
    const setting = /^([a-z0-9_]+)\s*=\s*(.*?)\s*$/i.exec(line);
    if (isOurs && setting?.[1] && setting[2]) found[setting[1].toLowerCase()] = setting[2];
  }
  return found;
}

async function readIfThere(path: string, { signal }: CallOptions): Promise<string> {
  try {
    return await readFile(path, { encoding: 'utf8', ...(signal && { signal }) });
  } catch {
    signal?.throwIfAborted();
    return '';
  }
}
