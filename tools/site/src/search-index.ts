/** A part of a page, as the search field finds it. */
export interface Section {
  readonly id: number;
  readonly page: string;
  readonly heading: string;
  /** With its anchor. */
  readonly url: string;
  readonly text: string;
}

/** Cuts a rendered page at its headings, so that what is found is the place and not only the page. */
export function sectionsOf(html: string, { url, title, first }: { readonly url: string; readonly title: string; readonly first: number }): readonly Section[] {
  return html.split(/(?=<h[1-3] id=")/).map((part, index) => {
    const [, anchor = '', heading = ''] = /^<h[1-3] id="([^"]*)">([\s\S]*?)<\/h[1-3]>/.exec(part) ?? [];
    return {
      id: first + index,
      page: title,
      heading: textOf(heading).replace(/ #$/, '') || title,
      url: index === 0 || anchor === '' ? url : `${url}#${anchor}`,
      text: textOf(part.replace(/^<h[1-3][\s\S]*?<\/h[1-3]>/, '')),
    };
  });
}

function textOf(html: string): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}
