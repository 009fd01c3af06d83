/** Columns that a stream shows in a line; without a terminal there is no end to a line. */
export function terminalWidth({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number | undefined }): number {
  return isTTY && columns !== undefined && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

const PRINTABLE_ASCII = /^[ -~]*$/;
/** Letters that take two columns: East Asian ones, and most pictures. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes. */
export function displayWidth(text: string): number {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let width = 0;
  // What stands on the letter before it takes no room.
  for (const letter of text) width += /\p{Mn}/u.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1;
  return width;
}
