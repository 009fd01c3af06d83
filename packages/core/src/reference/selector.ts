import type { SourceManifest } from '../model/source-manifest.ts';
import { badReference } from './bad-reference.ts';
import { isSelectorShape } from './grammar.ts';
import { type Span, splitSpan } from './span.ts';

/**
 * A selector: a quantisation (folded to upper case), or a relative path or glob below the repository.
 * @throws IlabError E_BAD_REFERENCE
 */
export function readSelector(input: string, span: Span, source: SourceManifest | undefined): string {
  const advice = 'After # comes a quantisation (Q4_K_M), a file of the repository (sub/x.gguf) or a glob (*.safetensors).';
  for (const part of splitSpan(span, '/')) {
    if (part.text === '' || part.text === '.' || part.text === '..') {
      throw badReference({ input, at: part.at, problem: 'A selector is a path below the repository, without empty parts and “..”.', advice });
    }
  }
  const percent = span.text.indexOf('%');
  if (percent >= 0) throw badReference({ input, at: span.at + percent, problem: 'Percent signs are not decoded here.', advice });
  return isSelectorShape(span.text, source) ? span.text.toUpperCase() : span.text;
}
