/** Deeper than anything that crosses is. */
const DEEPEST = 32;
const BYTES = '$bytes';

/** Packs plain data: JSON, and behind it the bytes that it refers to. Functions and what is undefined are left out, as in JSON. */
export function pack(value: unknown): Buffer {
  const parts: Uint8Array[] = [];
  let at = 0;
  const json = Buffer.from(
    JSON.stringify(value, function replace(this: Readonly<Record<string, unknown>>, key: string, kept: unknown) {
      const given = this[key];
      if (!(given instanceof Uint8Array)) return kept;
      parts.push(given);
      at += given.length;
      return { [BYTES]: [at - given.length, given.length] };
    }),
  );
  const head = Buffer.alloc(4);
  head.writeUInt32BE(json.length);
  return Buffer.concat([head, json, ...parts]);
}

/** Reads what {@link pack} made, of somebody who may be hostile. @throws Error for anything else */
export function unpack(body: Buffer): unknown {
  const end = 4 + body.readUInt32BE(0);
  if (end > body.length) throw new Error('it ends early');
  return revive(JSON.parse(body.toString('utf8', 4, end)), { bytes: body.subarray(end), depth: 0 });
}

type Place = { readonly bytes: Buffer; readonly depth: number };

function revive(value: unknown, { bytes, depth }: Place): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new Error('it is nested too deep');
  const deeper = { bytes, depth: depth + 1 };
  if (Array.isArray(value)) {
    for (const [index, one] of value.entries()) value[index] = revive(one, deeper);
    return value;
  }
  // Own here, and everybody's once it is copied to another object.
  if (Object.hasOwn(value, '__proto__')) throw new Error('it has a key that no data has');
  const object = value as Record<string, unknown>;
  if (Object.hasOwn(object, BYTES)) return bytesAt(object[BYTES], bytes);
  for (const [key, one] of Object.entries(object)) object[key] = revive(one, deeper);
  return object;
}

function bytesAt(place: unknown, bytes: Buffer): Uint8Array {
  const [start, length] = Array.isArray(place) ? (place as unknown[]) : [];
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(length)) throw new Error('it refers to no bytes');
  const [from, size] = [start as number, length as number];
  if (from < 0 || size < 0 || from + size > bytes.length) throw new Error('it refers to bytes that are not there');
  // A copy, so that a small part does not keep all of it.
  return Uint8Array.prototype.slice.call(bytes, from, from + size);
}
