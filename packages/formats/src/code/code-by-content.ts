/** How many bytes of a file tell. */
export const HEAD_LENGTH = 64;

/** Why a file that starts like this runs code when it is loaded; undefined when its start does not tell, which clears nothing. */
export function codeByContent(head: Uint8Array): string | undefined {
  const [first = 0, second = 0] = head;
  const text = Buffer.from(head).toString('latin1');
  if (first === 0x80 && second >= 2 && second <= 5) return 'pickle, by its content';
  if (text.startsWith('PK\u0003\u0004') && text.includes('data.pkl')) return 'pickle in a PyTorch archive, by its content';
  if (text.startsWith('\u0089HDF\r\n\u001a\n')) return 'HDF5, by its content: Keras layers can hold code';
  return undefined;
}
