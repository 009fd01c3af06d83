import fc from 'fast-check';
import { expect, it } from 'vitest';
import { regroup } from './byte-groups.ts';

function regrouped(grouped: Uint8Array): Uint8Array {
  const target = new Uint8Array(grouped.length);
  regroup(grouped, target);
  return target;
}

/** As the specification has it: one byte to each group in turn, to the end. */
function group(bytes: Uint8Array): Uint8Array {
  const groups: number[][] = [[], [], [], []];
  for (const [index, byte] of bytes.entries()) groups[index % 4]?.push(byte);
  return Uint8Array.from(groups.flat());
}

it('puts the example of the specification in order', () => {
  expect(Buffer.from(regrouped(Buffer.from('aA1bB2cC3dD4'))).toString()).toBe('abcdABCD1234');
});

it.each([1, 2, 3, 4, 5, 6, 7, 8, 131_071])('undoes grouping of %d bytes', (length) => {
  const bytes = Uint8Array.from({ length }, (_, index) => index * 7);
  expect(regrouped(group(bytes))).toEqual(bytes);
});

it('undoes grouping of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(regrouped(group(bytes))).toEqual(bytes);
    }),
  );
});
