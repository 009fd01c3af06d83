import { refused } from '../refused.ts';
import type { JsonObject } from './read-json.ts';

/** @throws IlabError E_NOT_A_MODEL */
export function positive(json: JsonObject, name: string): number {
  const value = json[name];
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value;
  throw refused(`${name} is ${JSON.stringify(value)?.slice(0, 100) ?? 'missing'}`);
}

/** @throws IlabError E_NOT_A_MODEL */
export function whole(json: JsonObject, name: string): number {
  const value = positive(json, name);
  if (Number.isInteger(value) && value < 2 ** 31) return value;
  throw refused(`${name} is ${value}`);
}

/** The first setting with another value than those allowed, as in “bias is "all"”. */
export function otherThan(json: JsonObject, allowed: Readonly<Record<string, readonly unknown[]>>): string | undefined {
  const [name] = Object.entries(allowed).find(([setting, values]) => !values.includes(json[setting])) ?? [];
  return name === undefined ? undefined : `${name} is ${JSON.stringify(json[name]).slice(0, 100)}`;
}
