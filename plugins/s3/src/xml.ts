import { parseXml, type XmlElement, XmlElement as ElementNode } from '@rgrove/parse-xml';

/** An element of an answer. No entities but XML's own are known to it, so that no document grows while it is read. */
export interface Element {
  readonly name: string;
  /** All text in it. */
  readonly text: string;
  /** Elements of a name that stand directly in it. */
  all(name: string): readonly Element[];
  /** The text of the first of them. */
  first(name: string): string | undefined;
}

/** @returns undefined for what is no XML */
export function readXml(text: string): Element | undefined {
  try {
    const { root } = parseXml(text);
    return root ? elementOf(root) : undefined;
  } catch {
    return undefined;
  }
}

function elementOf(element: XmlElement): Element {
  const all = (name: string): readonly Element[] =>
    element.children.filter((child) => child instanceof ElementNode && child.name === name).map((child) => elementOf(child as XmlElement));
  return { name: element.name, text: element.text, all, first: (name) => all(name)[0]?.text };
}
