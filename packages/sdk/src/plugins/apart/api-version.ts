// Read by the host and by the processes of plugins, so it stands where those may read.

/** Versions of the plugin API that this host speaks, see `Plugin.apiVersion` of `@ilab/plugin-api`. */
const SPOKEN = { oldest: 1, newest: 1 } as const;

/**
 * Why a plugin of this version can't be used, and what can be done about it, as the end of a sentence about the plugin.
 * @returns undefined when it can
 */
export function apiVersionProblem(version: unknown, { oldest, newest }: { readonly oldest: number; readonly newest: number } = SPOKEN): string | undefined {
  const known = oldest === newest ? `${newest}` : `${oldest} to ${newest}`;
  if (version === undefined) return `it doesn’t say for which plugin API it is made (“apiVersion”: this ilab has ${known})`;
  if (!Number.isSafeInteger(version)) return `its “apiVersion” is no whole number (this ilab has ${known})`;
  if (Number(version) > newest) return `it is made for plugin API ${version}, and this ilab has ${known}: update ilab, or take an older version of the plugin`;
  if (Number(version) < oldest) return `it is made for plugin API ${version}, and this ilab has ${known}: take a newer version of the plugin`;
  return undefined;
}
