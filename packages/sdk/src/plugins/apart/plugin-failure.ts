import { EXIT_CODES, type ErrorCode, IlabError, redact } from '@ilab/core';
import type { PluginPackage } from '../plugin-package.ts';
import type { Plain } from './peer.ts';

/** Characters of what it says. */
const LONGEST = 2000;

/** An error of the plugin's: with its code if that is one of ours, or else as its own failure. */
export function failureOf({ code, message, hint, retryable, side }: Plain, plugin: PluginPackage): IlabError {
  const said = String(message).slice(0, LONGEST);
  if (typeof code !== 'string' || !Object.hasOwn(EXIT_CODES, code) || code === 'E_INTERNAL') return brokenPlugin(plugin, said);
  return new IlabError(code as ErrorCode, code === 'E_PLUGIN_BROKEN' ? `${plugin.name}: ${said}` : said, {
    ...(typeof hint === 'string' && { hint: hint.slice(0, 500) }),
    retryable: retryable === true,
    ...((side === 'source' || side === 'target') && { side }),
  });
}

/** @param said what it wrote to standard error last */
export function brokenPlugin({ name, version, type }: PluginPackage, why: string, said = ''): IlabError {
  const where = type === 'link' ? 'Its own output is in the details (--json).' : `Tell its author, or take it away: ilab plugins uninstall ${name}`;
  return new IlabError('E_PLUGIN_BROKEN', `The plugin ${name} ${version} can’t be used: ${why}.`, {
    hint: where,
    details: { plugin: name, ...(said !== '' && { said: redact(said) }) },
  });
}
