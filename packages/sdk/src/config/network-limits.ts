import { IlabError, type ModelSettings } from '@ilab/core';

const MOST_CONNECTIONS = 64;
/** Slower than this, a connection can't be told from a dead one. */
const LEAST_RATE = 10_000;
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };

type Given = string | number | undefined;

/**
 * Reads how much of the network may be used.
 * @throws IlabError E_USAGE
 */
export function networkLimits(connections: Given, rate: Given): Pick<ModelSettings, 'maxConnections' | 'limitRate'> {
  return {
    ...(connections !== undefined && { maxConnections: readConnections(connections) }),
    ...(rate !== undefined && { limitRate: readRate(rate) }),
  };
}

function readConnections(given: string | number): number {
  const number = Number(given);
  if (Number.isInteger(number) && number >= 1 && number <= MOST_CONNECTIONS) return number;
  throw new IlabError('E_USAGE', `“${given}” is no number of connections.`, { hint: `It can be 1 to ${MOST_CONNECTIONS}.` });
}

/** Bytes a second of `500k`, `10M` or `1G`, in decimal units as everything that ilab prints. */
export function readRate(given: string | number): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:b(?:\/s)?)?$/i.exec(String(given).trim()) ?? [];
  const rate = Math.round(Number(digits) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
  if (rate >= LEAST_RATE && Number.isSafeInteger(rate)) return rate;
  throw new IlabError('E_USAGE', `“${given}” is no rate that can be kept.`, {
    hint: 'Write bytes a second, as 500k, 10M or 1G; 10k is the least.',
  });
}
