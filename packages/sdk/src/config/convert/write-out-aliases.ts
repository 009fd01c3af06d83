import { type Document, isAlias, isNode, type Node, visit } from 'yaml';

/**
 * Writes a node out wherever an alias names it, as it is about to go. Of anchors that are called the same, an alias means the last one above
 * it. One walk: a file may have very many aliases.
 */
export function writeOutAliases(document: Document, gone: unknown): void {
  if (!isNode(gone) || isAlias(gone) || gone.anchor === undefined) return;
  let meant: Node | undefined;
  visit(document, {
    Value: (_key, node) => {
      if (node.anchor === gone.anchor) meant = node;
    },
    Alias: (_key, { source }) => (meant === gone && source === gone.anchor ? copyOf(gone) : undefined),
  });
}

function copyOf<T extends Node>(node: T): T {
  const copy = node.clone() as T;
  delete copy.range;
  return Object.assign(copy, { anchor: undefined });
}
