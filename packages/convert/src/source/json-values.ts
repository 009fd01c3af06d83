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

/** Settings that change a computation, with the values with which they don't. @throws IlabError E_NOT_A_MODEL for any other */
export function refuseOthers(json: JsonObject, allowed: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [name, values] of Object.entries(allowed)) {
    if (!values.includes(json[name])) throw refused(`${name} is ${JSON.stringify(json[name]).slice(0, 100)}`);
  }
}
