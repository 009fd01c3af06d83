import { createRequire } from 'node:module';

/** As much of highlight.js as is used. Its own types bring those of browsers, for every file of the repository. */
interface Highlighter {
  registerLanguage(name: string, language: unknown): void;
  highlight(code: string, options: { readonly language: string }): { readonly value: string };
}

/** What a fence may be called, and how it is read. `console` has prompts before what is typed. */
const LANGUAGES = { bash: 'bash', sh: 'bash', shell: 'bash', console: 'shell', json: 'json', ts: 'typescript', yaml: 'yaml' } as const;

const load = createRequire(import.meta.url);
const hljs = load('highlight.js/lib/core') as Highlighter;
for (const [name, language] of Object.entries(LANGUAGES)) hljs.registerLanguage(name, load(`highlight.js/lib/languages/${language}`));

/** A block of code, coloured when it is built: no script runs for it where it is read. */
export function renderCode(code: string, language: string): string {
  const html = Object.hasOwn(LANGUAGES, language) ? hljs.highlight(code, { language }).value : escapeHtml(code);
  return `<pre class="code" data-language="${escapeHtml(language)}"><code>${html}</code></pre>\n`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
