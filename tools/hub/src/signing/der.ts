// As much of DER (X.690) as certificates and timestamps need.

export function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

export const sequence = (...content: readonly Uint8Array[]): Buffer => tlv(0x30, ...content);
export const set = (...content: readonly Uint8Array[]): Buffer => tlv(0x31, ...content);
export const octets = (content: Uint8Array): Buffer => tlv(0x04, content);
export const bits = (content: Uint8Array, unused = 0): Buffer => tlv(0x03, Buffer.from([unused]), content);
export const integer = (value: number): Buffer => tlv(0x02, Buffer.from([value]));
export const serial = (bytes: Uint8Array): Buffer => tlv(0x02, bytes);
export const yes = (): Buffer => tlv(0x01, Buffer.from([0xff]));
export const utf8 = (text: string): Buffer => tlv(0x0c, Buffer.from(text));
/** In a context of its own: `[n]`, with something inside. */
export const inContext = (tag: number, ...content: readonly Uint8Array[]): Buffer => tlv(0xa0 | tag, ...content);
/** `[n]` in place of a tag, with bare bytes. */
export const named = (tag: number, content: Uint8Array): Buffer => tlv(0x80 | tag, content);

/** To the second, with the century. */
export function time(date: Date): Buffer {
  return tlv(0x18, Buffer.from(digitsOf(date)));
}

/** As certificates have it until 2049: without the century. */
export function shortTime(date: Date): Buffer {
  return tlv(0x17, Buffer.from(digitsOf(date).slice(2)));
}

function digitsOf(date: Date): string {
  return `${date.toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
}

export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
