import { describe, expect, it } from 'vitest';
import { EVERYTHING, type Hostile, hostile, NAME, QUESTIONS, SHORT } from './hostile-plugin.ts';

type Case = readonly [what: string, question: string, registry: string, says: RegExp, more: Partial<Hostile>];
/** Of one that needs nothing more. */
type ShortCase = readonly [what: string, question: string, registry: string, says: RegExp];

const METHODS = ['resolve', 'locate', 'versions', 'revision', 'holds', 'attachments', 'login', 'logout', 'upload', 'copy'] as const;
const STREAMED: readonly string[] = ['versions', 'attachments'];

const method = (name: string, body: string): string =>
  `${EVERYTHING} ${STREAMED.includes(name) ? `async *${name}() { ${body} }` : `async ${name}() { ${body} }`},`;

/** Each method, ill in each way. */
const EVERYWHERE: readonly (Case | ShortCase)[] = METHODS.flatMap((name) => [
  [`throws in ${name}`, name, method(name, 'throw new TypeError("x")'), /TypeError: x/],
  [`loops in ${name}`, name, method(name, 'for (;;) {}'), /did not answer|no sign of life/, { patience: SHORT }],
  [`never answers in ${name}`, name, method(name, 'await new Promise(() => {})'), /did not answer/, { patience: SHORT }],
  [`ends its process in ${name}`, name, method(name, 'process.exit(3)'), /exit code 3/],
]);

const resolving = (change: string): string => `resolve: async () => ({ ...good, ${change} }),`;
const file = (change: string): string => resolving(`files: [{ path: 'x', blob: { ...good.files[0].blob }, ${change} }]`);
const versions = (body: string): string => `capabilities: { versions: true }, async *versions() { ${body} },`;

const WRONG: readonly (Case | ShortCase)[] = [
  ['answers with nothing', 'resolve', 'resolve: async () => undefined,', /the revision/],
  ['answers with text', 'resolve', 'resolve: async () => "x",', /the revision/],
  ['answers with a list', 'resolve', 'resolve: async () => [],', /its source/],
  ['answers with a function', 'resolve', 'resolve: async () => () => {},', /the revision/],
  ['answers for a first-party source', 'resolve', resolving('source: "hf"'), /another source/],
  ['answers for huggingface.co', 'resolve', resolving('host: "huggingface.co"'), /another host/],
  ['answers for another repository', 'resolve', resolving('repository: "acme/model"'), /another repository/],
  ['answers for a repository outside', 'resolve', resolving('repository: "../../acme"'), /its repository/],
  ['answers with a revision that leads out', 'resolve', resolving('revision: "../../x"'), /its revision/],
  ['answers with a version of control characters', 'resolve', resolving('version: "\\u001b[2J"'), /its version/],
  ['lists a path that leads out', 'resolve', file('path: "../../.bashrc"'), /path of a file/],
  ['lists an absolute path', 'resolve', file('path: "/etc/passwd"'), /path of a file/],
  ['lists a path with a drive letter', 'resolve', file('path: "a\\\\..\\\\x"'), /path of a file/],
  ['lists a path with a null', 'resolve', file('path: "a\\0b"'), /path of a file/],
  [
    'lists a path twice with two digests',
    'resolve',
    resolving('files: [good.files[0], { ...good.files[0], blob: { ...good.files[0].blob, digest: "sha256:" + "b".repeat(64) } }]'),
    /two files/,
  ],
  ['names no digest', 'resolve', file('blob: { id: "x", size: 1 }'), /digest/],
  ['names a digest that is none', 'resolve', file('blob: { id: "x", size: 1, digest: "md5:00" }'), /digest/],
  ['names a negative size', 'resolve', file('blob: { ...good.files[0].blob, size: -1 }'), /size/],
  ['names a size that is text', 'resolve', file('blob: { ...good.files[0].blob, size: "1" }'), /size/],
  ['unpacks outside', 'resolve', resolving('archives: [{ blob: good.files[0].blob, codec: "tar", prefix: "../" }]'), /prefix/],
  ['names a manifest that is none', 'resolve', resolving('manifest: { digest: "sha256:" + "a".repeat(64), content: 7 }'), /manifest/],
  [
    'says more than can be read',
    'resolve',
    resolving('files: Array.from({ length: 20_000 }, (_, i) => ({ ...good.files[0], path: "f".repeat(4000) + i }))'),
    /a message of/,
  ],
  ['nests deep', 'resolve', 'resolve: async () => JSON.parse("[".repeat(5000) + "]".repeat(5000)),', /nested too deep|call stack/],
  ['refers to itself', 'resolve', 'resolve: async () => { const a = {}; a.a = a; return a; },', /circular/i],
  ['pollutes prototypes', 'resolve', 'resolve: async () => JSON.parse(\'{"__proto__": {"polluted": true}, "source": "x"}\'),', /a key that no data has/],
  ['fails with a code that there is not', 'resolve', 'resolve: async () => { throw branded("E_ROOT"); },', /boo/, { head: branded() }],
  ['fails with a code of ours', 'resolve', 'resolve: async () => { throw branded("E_INTERNAL"); },', /boo/, { head: branded() }],
  ['locates a file of this machine', 'locate', 'locate: async () => ({ url: "file:///etc/passwd", headers: {} }),', /the address of a blob/],
  ['locates nothing', 'locate', 'locate: async () => ({ url: "x", headers: {} }),', /the address of a blob/],
  ['splits a header', 'locate', 'locate: async () => ({ url: "https://a.example/", headers: { a: "b\\r\\nHost: x" } }),', /the headers/],
  ['names a header that is none', 'locate', 'locate: async () => ({ url: "https://a.example/", headers: { "a: b": "c" } }),', /the headers/],
  ['lists versions without an end', 'versions', versions('for (;;) yield { name: "v", kind: "tag" };'), /more than 100000/],
  ['lists what is no version', 'versions', versions('yield { name: 7 };'), /no name or kind/],
  ['answers with what is no list', 'versions', 'capabilities: { versions: true }, versions: async () => [1],', /nothing that can be read/],
  ['names a revision that is none', 'revision', method('revision', 'return { a: 1 }'), /revision is none/],
  ['says neither yes nor no', 'holds', method('holds', 'return "yes"'), /neither yes nor no/],
  ['logs in nobody', 'login', method('login', 'return { user: 1 }'), /a login/],
  ['uploads nothing', 'upload', method('upload', 'return { revision: 1 }'), /a result/],
];

function branded(): string {
  return 'const branded = (code) => Object.assign(new Error("boo"), { code, [Symbol.for("@ilab/error")]: true });';
}

describe('a plugin that', () => {
  it.each<Case>([...EVERYWHERE, ...WRONG].map(([what, question, registry, says, more = {}]) => [what, question, registry, says, more]))(
    '%s is named, and ends nothing else',
    async (_what, question, registry, says, more) => {
      await using opened = await hostile({ registry, ...more });
      const ask = QUESTIONS[question];
      const error = await opened
        .registry()
        .then(ask)
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'E_PLUGIN_BROKEN', exitCode: 11, message: expect.stringContaining(`${NAME} 1.0.0`) });
      expect(String(error)).toMatch(says);
      expect(Object.prototype).not.toHaveProperty('polluted');
    },
  );

  it('gives attachments that are too much ends them', async () => {
    await using opened = await hostile({
      registry:
        'capabilities: { versions: false, attachments: true }, async *attachments() { for (;;) yield { name: "a", mediaType: "a/b", content: new Uint8Array(9), annotations: {} }; },',
    });
    await expect(opened.registry().then(QUESTIONS['attachments'])).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('too much') });
  });
});
