import { join } from 'node:path';

/** Where ilab keeps what it adds for the user: plugins, engines, environments. As oclif says it, so that the command line and programs agree. */
export function dataDirectory({ env, home }: { readonly env: Readonly<Record<string, string | undefined>>; readonly home: string }): string {
  const own = env['ILAB_DATA_DIR'];
  if (own !== undefined && own !== '') return own;
  const base = env['XDG_DATA_HOME'] || (process.platform === 'win32' && env['LOCALAPPDATA']) || join(home, '.local', 'share');
  return join(base, 'ilab');
}
