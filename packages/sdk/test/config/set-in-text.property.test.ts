import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify, type ToStringOptions } from 'yaml';
import { keyPath, valueAt } from '../../src/config/key-path.ts';
import { setInText } from '../../src/config/set-in-config.ts';

const word = fc.stringMatching(/^[a-z]{3,8}$/).filter((text) => !/^(?:true|false|null|yes|off)$/.test(text));
const value = fc.oneof(word, fc.integer(), fc.constant('# no comment'), fc.constant('a: b'), fc.constant('two\nlines'), fc.constant(''));
const section = fc.dictionary(word, fc.oneof(value, fc.array(value, { maxLength: 2 }), fc.dictionary(word, value, { maxKeys: 2 })), { maxKeys: 4 });
function printed(data: object, options: 'flow' | ToStringOptions): string {
  if (options !== 'flow') return stringify(data, options);
  return Object.entries(data)
    .map(([name, inner]) => `${name}: ${stringify(inner, { collectionStyle: 'flow', lineWidth: 0 })}`)
    .join('');
}

/** A file with sections of others, printed in several ways, with remarks in it. */
const file = fc
  .tuple(
    fc.record({ 'x-one': section, serve: fc.record({ 'x-more': section }), 'x-two': fc.option(section, { nil: null }) }),
    fc.constantFrom({}, { indentSeq: false }, { indent: 4 }, 'flow' as const, { lineWidth: 20 }),
  )
  .map(([data, options]) => `# the first line\nversion: 2.0.0 # so far\n\n${printed(data, options)}\n# the last line\n`);
const key = fc.constantFrom('serve.model', 'chat.model', 'models.aliases.a.b', 'models.dir', 'x-one.new', 'models.registries.quay.io:5000.ca');

describe('setting any key in any file', () => {
  it('reads back, changes nothing else, and takes no line away', () => {
    fc.assert(
      fc.property(file, key, word, word, (source, name, first, second) => {
        let text = source;
        for (const given of [first, second]) {
          const set = setInText(text, keyPath(name), given);
          if (!('text' in set)) throw new Error(`${JSON.stringify(set)} in\n${text}`);
          text = set.text;
          expect(valueAt(parse(text), keyPath(name))).toBe(given);
        }
        const without = setInText(text, keyPath(name), 'null');
        const undone: unknown = parse('text' in without ? without.text : '');
        expect(undone).toMatchObject(parse(source));
        for (const line of ['# the first line', 'version: 2.0.0 # so far', '# the last line']) expect(text).toContain(line);
      }),
      { numRuns: 200 },
    );
  });
});
