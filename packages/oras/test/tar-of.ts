/** A member of an archive, with whatever is wrong in it. */
export interface Member {
  readonly name: string;
  readonly prefix?: string;
  readonly content?: string;
  readonly type?: string;
  readonly link?: string;
  /** As it stands in the header; default: the content's. */
  readonly size?: string | Buffer;
  readonly checksum?: string;
}

/** An archive of these members as they are. */
export function tarOf(members: readonly Member[]): Buffer {
  return Buffer.concat([...members.map(member), Buffer.alloc(1024)]);
}

function member({ name, prefix = '', content = '', type = '0', link = '', size, checksum }: Member): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write('0000644\0', 100);
  const said = size ?? Buffer.byteLength(content).toString(8).padStart(11, '0');
  if (typeof said === 'string') header.write(said, 124, 12);
  else said.copy(header, 124);
  header.write(type, 156);
  header.write(link, 157);
  header.write('ustar\u000000', 257);
  header.write(prefix, 345);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${checksum ?? sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.from(content), Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512)]);
}
