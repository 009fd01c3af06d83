import { badRequest } from './api-error.ts';

/** A JSON object that somebody sent. */
export type Body = Readonly<Record<string, unknown>>;

type Bounds = { readonly min: number; readonly max: number };

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is null is as good as absent. @throws ApiError 400 */
export function numberField(body: Body, name: string, { min, max }: Bounds): number | undefined {
  const value = body[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !(value >= min && value <= max)) throw badRequest(`“${name}” is no number from ${min} to ${max}.`, name);
  return value;
}

/** @throws ApiError 400 */
export function wholeField(body: Body, name: string, bounds: Bounds): number | undefined {
  const value = numberField(body, name, bounds);
  if (value !== undefined && !Number.isSafeInteger(value)) throw badRequest(`“${name}” is no whole number.`, name);
  return value;
}

/** @throws ApiError 400 */
export function booleanField(body: Body, name: string, usual = false): boolean {
  const value = body[name] ?? usual;
  if (typeof value !== 'boolean') throw badRequest(`“${name}” is neither true nor false.`, name);
  return value;
}

/** Whether a stream is to end with what was used. @throws ApiError 400 */
export function usageField(body: Body): boolean {
  const options = body['stream_options'] ?? {};
  if (!isRecord(options) || typeof (options['include_usage'] ?? false) !== 'boolean') {
    throw badRequest('“stream_options” is no object with “include_usage”, true or false.', 'stream_options');
  }
  return options['include_usage'] === true;
}

const MOST_STOPS = 16;
const LONGEST_STOP = 1000;

/** One text or a list of some. @throws ApiError 400 */
export function stopField(body: Body): readonly string[] {
  const value = body['stop'] ?? [];
  const stops: unknown[] = Array.isArray(value) ? value : [value];
  if (stops.length > MOST_STOPS || !stops.every((stop) => typeof stop === 'string' && stop !== '' && stop.length <= LONGEST_STOP)) {
    throw badRequest(`“stop” is no text and no list of at most ${MOST_STOPS} texts.`, 'stop');
  }
  return stops as string[];
}

/** @throws ApiError 400 for what is asked for and can't be done */
export function refuse(body: Body, name: string, isHarmless: (value: unknown) => boolean): void {
  const value = body[name] ?? undefined;
  if (value !== undefined && !isHarmless(value)) throw badRequest(`“${name}” with this value is not supported.`, name);
}
