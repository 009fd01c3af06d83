import type { PluginPackage } from '@ilab/sdk';

type Ranked = Pick<PluginPackage, 'name' | 'type'>;

/** What the user added comes before what came along. */
const PRECEDENCE: readonly PluginPackage['type'][] = ['link', 'user', 'core'];

/** oclif loads plugins at the same time, so their order is chance. */
export function byPrecedence(a: Ranked, b: Ranked): number {
  return PRECEDENCE.indexOf(a.type) - PRECEDENCE.indexOf(b.type) || a.name.localeCompare(b.name);
}
