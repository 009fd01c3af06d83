import { expect, it } from 'vitest';
import { leadTo } from './lead-to.ts';

it.each([
  ['https://cas.example/x?y=1', 'https://huggingface.co'],
  ['http://127.0.0.1:5000', 'http://127.0.0.1:4000'],
  ['https://cas.example', 'http://127.0.0.1:4000'],
  ['https://10.0.0.7', 'https://10.0.0.1'],
])('%s may be named by %s', (text, from) => {
  expect(leadTo(text, from).origin).toBe(new URL(text).origin);
});

it.each([
  ['http://cas.example', 'https://huggingface.co', 'E_FORBIDDEN'],
  ['https://169.254.169.254/latest', 'https://huggingface.co', 'E_FORBIDDEN'],
  ['https://localhost', 'https://huggingface.co', 'E_FORBIDDEN'],
  ['file:///etc/passwd', 'https://huggingface.co', 'E_REGISTRY'],
  ['https://user:secret@cas.example', 'https://huggingface.co', 'E_REGISTRY'],
  ['cas.example', 'https://huggingface.co', 'E_REGISTRY'],
])('%s may not be named by %s', (text, from, code) => {
  expect(() => leadTo(text, from)).toThrow(expect.objectContaining({ code }));
});
