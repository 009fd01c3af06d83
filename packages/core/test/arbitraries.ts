import fc from 'fast-check';

const D256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const D512 = `sha512:${'fedcba9876543210'.repeat(8)}`;

/** Any sequence of 16-bit units: control characters, direction marks, halves of surrogate pairs. */
const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes));
const characters = fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 60 }).map((codes) => String.fromCodePoint(...codes));

/** What means something to somebody in a reference. */
const signs = [
  '/',
  ':',
  '@',
  '#',
  '?',
  '.',
  '..',
  '-',
  '_',
  '%',
  '%2F',
  '%00',
  '\\',
  '*',
  '~',
  '//',
  '://',
  '[',
  ']',
  ' ',
  '\0',
  '\u202e',
  '\ud800',
  'İ',
  '\u212a',
];
const words = [
  'org',
  'name',
  'granite-7b-lab',
  'gpt2',
  'quay.io',
  'docker.io',
  'hf.co',
  'huggingface.co',
  'hub.corp',
  'localhost',
  'LOCALHOST:5000',
  'localhost%3A5000',
  '[::1]:5000',
  'hf://',
  'oci://',
  'docker://',
  's3://',
  'https://',
  'file:',
  'C:/',
  'tree',
  'blob/main',
  'refs/pr/3',
  'main',
  'v1.1',
  'latest',
  'Q4_K_M',
  'ud-q4_k_xl',
  'BF16',
  'x.gguf',
  '*.safetensors',
  D256,
  D512,
  'sha256:12',
  'a'.repeat(250),
];
const pieces = fc.array(fc.constantFrom(...signs, ...words), { maxLength: 12 }).map((parts) => parts.join(''));

/** Any text at all, most of it close to being a reference. */
export const anyText = fc.oneof({ weight: 2, arbitrary: pieces }, units, characters);

const segment = fc.stringMatching(/^[a-z0-9]{1,6}(?:[._-][a-z0-9]{1,6}){0,2}$/);
const host = fc.constantFrom(
  '',
  'huggingface.co/',
  'hf.co/',
  'quay.io/',
  'Docker.IO/',
  'hub.corp/',
  'localhost:5000/',
  'localhost%3A5000/',
  '[::1]:80/',
  'a-b.example/',
);
const scheme = fc.constantFrom('', '', '', 'hf://', 's3://', 'oci://', 'docker://', 'https://', 'HTTP://');
const version = fc.oneof(
  segment,
  fc.constantFrom('Q4_K_M', 'iq2_xxs', 'refs/pr/3', 'feature/x', 'v1.1', 'a'.repeat(128), 'refs%2Fpr%2F7', 'größe', D256.slice(7)),
);
const joined = fc.constantFrom(':', '@', '/');
const digest = fc.constantFrom('', '', `@${D256}`, `@${D512}`);
const selector = fc.constantFrom('', '', '#Q8_0', '#ud-q4_k_xl', '#*.safetensors', '#sub/x.gguf', '#größe?.bin');

/** References as people put them together, nearly all of which can be read. */
export const likelyReference = fc
  .record({
    scheme,
    host,
    repository: fc.array(segment, { minLength: 1, maxLength: 4 }),
    tail: fc.option(fc.record({ joined, version })),
    digest,
    selector,
    extra: fc.constantFrom('', '', '/sub/file.gguf', '?download=true'),
  })
  .map((it) => `${it.scheme}${it.host}${it.repository.join('/')}${it.tail ? it.tail.joined + it.tail.version : ''}${it.digest}${it.extra}${it.selector}`);
