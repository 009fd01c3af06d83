import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Styles for one stream: none without a terminal or under NO_COLOR. */
export function colors(stream: NodeJS.WriteStream) {
  const style = (format: Style) => (text: string) => styleText(format, text, { stream });
  return { bold: style('bold'), dim: style('dim'), red: style('red'), yellow: style('yellow'), green: style('green') };
}
