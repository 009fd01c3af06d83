/**
 * Hugging Face's `stored_tokens`: an INI file as Python's `configparser` writes it, a section for each token by its name. What is not
 * ours to change is kept as it stands.
 */
interface Section {
  /** Undefined: what stands before the first. */
  readonly name: string | undefined;
  readonly lines: readonly string[];
}

/** The file with a token under a name, in the place of what was there under it. */
export function withToken(text: string, { name, secret }: { readonly name: string; readonly secret: string }): string {
  const proper = properName(name);
  const others = sectionsOf(text).filter((section) => section.name !== proper);
  return `${textOf(others)}[${proper}]\nhf_token = ${secret}\n\n`;
}

/** The file without a token, under whatever names. */
export function withoutToken(text: string, secret: string): string {
  const sections = sectionsOf(text);
  const others = sections.filter(({ lines }) => !lines.some((line) => /^hf_token\s*[=:]\s*(.*)$/i.exec(line)?.[1]?.trim() === secret));
  return others.length === sections.length ? text : textOf(others);
}

function sectionsOf(text: string): readonly Section[] {
  const sections: { name: string | undefined; lines: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const name = /^\[(.+)\]\s*$/.exec(line)?.[1];
    if (name !== undefined || sections.length === 0) sections.push({ name, lines: [line] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function textOf(sections: readonly Section[]): string {
  const text = sections.map(({ lines }) => lines.join('\n').trimEnd()).filter((part) => part !== '');
  return text.map((part) => `${part}\n\n`).join('');
}

/** What a section can be called: one line, no bracket, and not `DEFAULT`, which Python keeps for itself. */
function properName(name: string): string {
  const proper = name.replace(/[\p{Cc}[\]]/gu, ' ').trim();
  return proper === '' || proper === 'DEFAULT' ? 'ilab' : proper;
}
