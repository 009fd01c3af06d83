import { describe, expect, it } from 'vitest';
import { serveSettings } from './settings.ts';

/** A file that says so. */
function saying(values: Readonly<Record<string, unknown>>): ReturnType<typeof serveSettings> {
  return serveSettings({ get: (key) => (key in values ? { key, value: values[key], origin: 'file /c.yaml', line: 7 } : undefined) });
}

describe('what the configuration says of serving', () => {
  it('is nothing where InstructLab wrote what it always writes', () => {
    const usual = {
      'serve.backend': null,
      'serve.chat_template': 'auto',
      'serve.llama_cpp.gpu_layers': -1,
      'serve.vllm.gpus': null,
      'serve.vllm.vllm_args': [],
    };
    expect(saying(usual)).toEqual({ arguments: [] });
    expect(saying({ 'serve.backend': '', 'serve.chat_template': 'tokenizer' })).toEqual({ arguments: [] });
  });

  it('is what somebody set', () => {
    const set = {
      'serve.backend': 'vllm',
      'serve.server.host': '127.0.0.2',
      'serve.server.port': 9000,
      'serve.chat_template': '/t.jinja',
      'serve.llama_cpp.max_ctx_size': 2048,
      'serve.llama_cpp.gpu_layers': 0,
      'serve.vllm.gpus': 2,
      'serve.vllm.vllm_args': ['--dtype', 'float16'],
    };
    expect(saying(set)).toEqual({
      backend: 'vllm',
      host: '127.0.0.2',
      port: 9000,
      chatTemplate: '/t.jinja',
      contextLength: 2048,
      gpuLayers: 0,
      arguments: ['--tensor-parallel-size', '2', '--dtype', 'float16'],
    });
  });

  it.each<[string, unknown]>([
    ['serve.backend', 3],
    ['serve.server.port', '8000'],
    ['serve.server.port', 80.5],
    ['serve.llama_cpp.max_ctx_size', 0],
    ['serve.llama_cpp.gpu_layers', -2],
    ['serve.vllm.vllm_args', '--dtype float16'],
    ['serve.vllm.vllm_args', [1]],
  ])('%s can’t be %j, and it says where that stands', (key, value) => {
    expect(() => saying({ [key]: value })).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG', message: expect.stringContaining(`/c.yaml:7: ${key}`) }));
  });
});
