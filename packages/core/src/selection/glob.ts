/**
 * Whether a path fits a glob: `*` within a segment, `**` across segments (with a slash behind it: whole folders, or none), `?` for
 * one character; everything else is itself. A glob without a slash fits the last segment, as people expect of `*.safetensors`.
 * Linear in path times glob, never more.
 */
export function matchesGlob(path: string, glob: string): boolean {
  return glob.includes('/') ? matchFrom(path, glob) : matchFrom(path.slice(path.lastIndexOf('/') + 1), glob);
}

export function isGlob(text: string): boolean {
  return /[*?]/.test(text);
}

type Token = { readonly kind: 'one' | 'segment' | 'all' | 'folders' } | { readonly kind: 'literal'; readonly character: string };

/** Runs all readings of the glob at once, so that there is nothing to go back to. */
function matchFrom(path: string, glob: string): boolean {
  const tokens = tokenize(glob);
  let states = closure(new Set([0]), tokens, '/');
  for (const character of path) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token && accepts(token, character)) next.add(token.kind === 'one' || token.kind === 'literal' ? state + 1 : state);
    }
    if (next.size === 0) return false;
    states = closure(next, tokens, character);
  }
  return states.has(tokens.length);
}

function tokenize(glob: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const part of glob.replace(/\*\*\/$/, '**').match(/\*\*\/?|\*|\?|[^*?]/gu) ?? []) {
    if (part === '**/') tokens.push({ kind: 'folders' });
    else if (part === '**') tokens.push({ kind: 'all' });
    else if (part === '*') tokens.push({ kind: 'segment' });
    else if (part === '?') tokens.push({ kind: 'one' });
    else tokens.push({ kind: 'literal', character: part });
  }
  return tokens;
}

function accepts(token: Token, character: string): boolean {
  if (token.kind === 'all' || token.kind === 'folders') return true;
  if (token.kind === 'literal') return token.character === character;
  return character !== '/';
}

/** Stars may stand for nothing; folders end where one does. */
function closure(states: Set<number>, tokens: readonly Token[], previous: string): Set<number> {
  for (const state of states) {
    const kind = tokens[state]?.kind;
    if (kind === 'segment' || kind === 'all' || (kind === 'folders' && previous === '/')) states.add(state + 1);
  }
  return states;
}
