import { describe, expect, it } from 'vitest';
import { textOfHtml } from '../../src/rag/html-text.ts';
import { passagesOf } from '../../src/rag/passages.ts';

describe('passages', () => {
  it('stand below their headings, and end with them', () => {
    const text = '# Serving\n\nIt serves.\n\n## Limits\nEight MiB.\n\n### Time\n\nTen seconds.\n\n# Chat\nIt chats.\n';
    expect(passagesOf(text)).toEqual([
      { heading: ['Serving'], text: 'It serves.' },
      { heading: ['Serving', 'Limits'], text: 'Eight MiB.' },
      { heading: ['Serving', 'Limits', 'Time'], text: 'Ten seconds.' },
      { heading: ['Chat'], text: 'It chats.' },
    ]);
  });

  it('take no heading out of code', () => {
    const code = '```sh\n# no heading\n\nls\n```';
    expect(passagesOf(`# A\n\n${code}\n`)).toEqual([{ heading: ['A'], text: code }]);
  });

  it('know a level that follows none', () => {
    expect(passagesOf('### C\n\nx\n\n## B\n\ny').map(({ heading }) => heading)).toEqual([['C'], ['B']]);
  });

  it.each([
    ['paragraphs', 'A sentence of words.\n\n'.repeat(200)],
    ['lines', 'A line of words here\n'.repeat(200)],
    ['words', 'word '.repeat(1000)],
    ['nothing to cut at', 'x'.repeat(5000)],
    ['halves of characters', '😀'.repeat(1000)],
  ])('are no longer than they may be, and lose nothing: %s', (_what, text) => {
    const texts = passagesOf(text, 101).map((passage) => passage.text);
    expect(Math.max(...texts.map((one) => one.length))).toBeLessThanOrEqual(103);
    expect(texts.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    expect(texts.every((one) => one.isWellFormed())).toBe(true);
  });

  it('of nothing are none', () => {
    expect(passagesOf(' \n\n\t\n')).toEqual([]);
  });
});

describe('a page', () => {
  it('is its text, with headings, and without what is not for reading', () => {
    const html = `<!doctype html><html><head><title>t</title><style>p{}</style></head><body><nav>menu</nav><h1>Serving <em>it</em></h1>
      <p>One &amp; two<br>three</p><script>alert(1)</script><ul><li>a<li>b</ul><table><tr><td>x<td>y</table></body>`;
    const text = textOfHtml(html);
    expect(passagesOf(text)).toEqual([{ heading: ['Serving it'], text: expect.stringMatching(/^One & two\nthree\n\na\n\nb\n\nx y$/) }]);
  });

  it('may be broken', () => {
    expect(textOfHtml('<p>a<div>b</section><b>c')).toBe('a\n\nbc');
    expect(textOfHtml('<script>never closed')).toBe('');
    expect(textOfHtml(`${'<div>'.repeat(50_000)}deep`)).toBe('deep');
  });
});
