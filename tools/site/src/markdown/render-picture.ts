import { renderMermaidSVG } from 'beautiful-mermaid';

/** Colours of the page around it, light or dark. */
const COLOURS = {
  bg: 'var(--site-page)',
  fg: 'var(--site-text)',
  line: 'var(--site-faint)',
  accent: 'var(--site-accent)',
  muted: 'var(--site-faint)',
  surface: 'var(--site-panel)',
  border: 'var(--site-rule)',
};

/** What the renderer can draw; anything else it takes for a flowchart without boxes. */
const KINDS = /^(?:flowchart (?:TD|LR)|sequenceDiagram|stateDiagram-v2)\n/;

/**
 * A Mermaid diagram as a picture in the page. In the Markdown it is a diagram, too: GitHub draws it.
 * @throws Error for what is no such diagram
 */
export function renderPicture(diagram: string): string {
  if (!KINDS.test(diagram)) throw new Error(`This is no diagram that can be drawn: ${diagram.split('\n')[0]}`);
  const svg = renderMermaidSVG(diagram, { ...COLOURS, font: 'system-ui', transparent: true });
  // The renderer asks a server for fonts; readers' machines have some.
  return `<figure class="picture">${svg.replace(/@import url\([^)]*\);?/g, '')}</figure>\n`;
}
