/**
 * Text of a model for a terminal: what would steer it is taken out, and so is what would turn the order of letters about. Newlines and tabs
 * stay, and so do joiners, which emoji and some scripts are written with.
 */
export function cleanText(text: string): string {
  return text.replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}
