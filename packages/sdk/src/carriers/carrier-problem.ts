import { isLoopback } from '@ilab/core';
import { isRecord } from '../plugins/values.ts';

const NAME = /^[a-z][a-z0-9-]{0,30}$/;
/** Of a carrier's own making, so that none of them can be a credential, or change what is asked for. */
const HEADER = /^x-[a-z0-9-]{1,60}$/i;
const VALUE = /^[\x20-\x7e]{1,200}$/;
const MOST_HEADERS = 16;

/** What is wrong with the metadata of a carrier; undefined when nothing is. */
export function carrierProblem({ carrier, summary, address, headers, least = 0 }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof carrier !== 'string' || !NAME.test(carrier)) return '“carrier” is no name';
  if (typeof summary !== 'string' || summary.length > 300 || /\p{C}/u.test(summary)) return `“summary” of ${carrier} is no text`;
  if (typeof address !== 'string' || !isOnThisMachine(address)) return `“address” of ${carrier} is not on this machine, as http://127.0.0.1:4001 is`;
  if (!isRecord(headers) || Object.keys(headers).length > MOST_HEADERS) return `“headers” of ${carrier} is no object of up to ${MOST_HEADERS}`;
  const odd = Object.entries(headers).find(([name, value]) => !HEADER.test(name) || typeof value !== 'string' || !VALUE.test(value));
  if (odd) return `“headers” of ${carrier} has what is no header of its own: ${odd[0].slice(0, 100)}`;
  return Number.isSafeInteger(least) && Number(least) >= 0 ? undefined : `“least” of ${carrier} is no number of bytes`;
}

function isOnThisMachine(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && isLoopback(url.hostname) && url.port !== '' && `${url.origin}` === address;
}
