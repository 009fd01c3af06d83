import GithubSlugger from 'github-slugger';
import MarkdownIt, { type Token } from 'markdown-it';

/** What a page of Markdown holds that can be wrong without looking wrong. */
export interface MarkdownPage {
  readonly headings: readonly Heading[];
  readonly links: readonly Link[];
  readonly fences: readonly Fence[];
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  /** What stands after `#` in a link to it, as GitHub and our site have it. */
  readonly anchor: string;
}

export interface Link {
  readonly target: string;
  readonly text: string;
  /** From 1: where its paragraph begins. */
  readonly line: number;
}

/** A block of code. */
export interface Fence {
  readonly language: string;
  readonly code: string;
  /** From 1: its first line of code. */
  readonly line: number;
}

const markdown = new MarkdownIt({ html: true });

export function readMarkdown(text: string): MarkdownPage {
  const tokens = markdown.parse(text, {});
  return { headings: headingsOf(tokens), links: tokens.flatMap(linksOf), fences: tokens.flatMap(fenceOf) };
}

/** Headings in their order, each with an anchor of its own. */
export function headingsOf(tokens: readonly Token[]): readonly Heading[] {
  const slugger = new GithubSlugger();
  return tokens.flatMap((token, index) => {
    if (token.type !== 'heading_open') return [];
    const text = plainText(tokens[index + 1]);
    return [{ level: Number(token.tag.slice(1)), text, anchor: slugger.slug(text) }];
  });
}

function plainText(token: Token | undefined): string {
  return (token?.children ?? []).map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : '')).join('');
}

function linksOf({ type, children, map }: Token): readonly Link[] {
  if (type !== 'inline' || children === null) return [];
  const line = (map?.[0] ?? 0) + 1;
  return children.flatMap((child, index) => {
    const target = child.type === 'link_open' ? child.attrGet('href') : child.type === 'image' ? child.attrGet('src') : null;
    if (target === null) return [];
    const close = children.findIndex(({ type: other }, at) => at > index && other === 'link_close');
    const text = children
      .slice(index + 1, close === -1 ? index + 1 : close)
      .map(({ content }) => content)
      .join('');
    return [{ target: decodeURI(String(target)), text, line }];
  });
}

function fenceOf({ type, info, content, map }: Token): readonly Fence[] {
  return type === 'fence' ? [{ language: info.trim().split(/\s+/)[0] ?? '', code: content, line: (map?.[0] ?? 0) + 2 }] : [];
}
