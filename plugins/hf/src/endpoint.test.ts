import { describe, expect, it } from 'vitest';
import { endpointOf } from './endpoint.ts';

const none = { env: {}, registries: {} };

describe('endpointOf', () => {
  it('sends huggingface.co to Hugging Face by default', () => {
    expect(endpointOf('huggingface.co', none)).toEqual({ url: 'https://huggingface.co', name: 'huggingface.co', isDefault: true });
  });

  it('sends huggingface.co to HF_ENDPOINT, path and all, when that is set', () => {
    const env = { HF_ENDPOINT: ' https://mirror.example/hf/ ' };
    expect(endpointOf('huggingface.co', { env, registries: {} })).toEqual({ url: 'https://mirror.example/hf', name: 'mirror.example', isDefault: true });
  });

  it('takes an empty HF_ENDPOINT for none', () => {
    expect(endpointOf('huggingface.co', { env: { HF_ENDPOINT: '' }, registries: {} }).url).toBe('https://huggingface.co');
  });

  it.each([
    ['hub.example', 'https://hub.example'],
    ['hub.example:8443', 'https://hub.example:8443'],
    ['localhost', 'http://localhost'],
    ['localhost:5000', 'http://localhost:5000'],
    ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
    ['127.8.9.10', 'http://127.8.9.10'],
    ['[::1]:5000', 'http://[::1]:5000'],
    ['localhost.example', 'https://localhost.example'],
    ['127.0.0.1.example', 'https://127.0.0.1.example'],
  ])('reaches %s at %s', (host, url) => {
    expect(endpointOf(host, none)).toEqual({ url, name: host, isDefault: false });
  });

  it.each(['256.1.1.1', 'a.1', '[::::1]'])('refuses %s, which no URL can carry', (host) => {
    expect(() => endpointOf(host, none)).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE' }));
  });

  it('speaks plain HTTP where the configuration says insecure', () => {
    const registries = { 'hub.example': { source: 'hf', insecure: true } };
    expect(endpointOf('hub.example', { env: {}, registries }).url).toBe('http://hub.example');
  });

  it('knows the Hub in use by default also under its own host', () => {
    const env = { HF_ENDPOINT: 'http://127.0.0.1:5000' };
    expect(endpointOf('127.0.0.1:5000', { env, registries: {} }).isDefault).toBe(true);
    expect(endpointOf('127.0.0.1:5001', { env, registries: {} }).isDefault).toBe(false);
  });

  it.each([
    'not a url',
    'ftp://hub.example',
    'file:///etc',
    'https://user:secret@hub.example',
    'https://hub.example?x=1',
    'https://hub.example#x',
    'hub.example',
  ])('refuses HF_ENDPOINT=%s without repeating it', (text) => {
    const read = () => endpointOf('huggingface.co', { env: { HF_ENDPOINT: text }, registries: {} });
    expect(read).toThrow(expect.objectContaining({ code: 'E_BAD_CONFIG', message: expect.not.stringContaining('secret') }));
  });
});
