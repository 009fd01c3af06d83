import { badRequest } from '../api-error.ts';

/** In characters. A grammar is made before anybody else is answered, in time that grows with the square of a list of values: seconds, here. */
const LONGEST = 64 * 1024;
const DEEPEST = 100;

/** @throws ApiError 400 where a schema, or something with schemas in it, would keep everybody waiting */
export function checkSchemaSize(value: object, param: string): void {
  if (isDeeperThan(DEEPEST, value)) throw badRequest(`“${param}” has more than ${DEEPEST} levels.`, param);
  if (JSON.stringify(value).length > LONGEST) throw badRequest(`“${param}” has more than ${LONGEST} characters.`, param);
}

function isDeeperThan(most: number, value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= most && level.length > 0; depth++) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return level.length > 0;
}
