/** Of a tar archive, in bytes (POSIX.1-2017, pax, “ustar Interchange Format”). */
export const BLOCK = 512;

interface Member {
  /** A folder’s ends with `/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** The largest size that eleven octal digits hold. */
const LARGEST = 8 ** 11 - 1;
const LONGEST_NAME = 100;

/**
 * A member’s header, the same on every machine and day: owner 0, time 0, mode 0644, or 0755 for a folder. What does not fit, a long name,
 * one beyond ASCII, or a large size, stands in an extended header before it (“pax Header Block”).
 */
export function tarHeader(member: Member): Buffer {
  const { path, size } = member;
  const fits = Buffer.byteLength(path) <= LONGEST_NAME && /^[\x20-\x7e]*$/.test(path);
  const records = `${fits ? '' : paxRecord('path', path)}${size > LARGEST ? paxRecord('size', String(size)) : ''}`;
  const name = fits ? path : path.replaceAll(/[^\x20-\x7e]/g, '_').slice(-LONGEST_NAME);
  const own = block({ name, size: size > LARGEST ? 0 : size, type: path.endsWith('/') ? '5' : '0' });
  if (records === '') return own;
  const extended = Buffer.from(records);
  return Buffer.concat([block({ name: 'PaxHeader', size: extended.length, type: 'x' }), extended, padding(extended.length), own]);
}

/** Zeros up to the next whole block. */
export function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

function block({ name, size, type }: { readonly name: string; readonly size: number; readonly type: '0' | '5' | 'x' }): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 'latin1');
  header.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
