import { describe, expect, it } from 'vitest';
import * as api from './index.ts';

describe('definePlugin', () => {
  it('brands a plugin with text, so that a host of another copy knows it', () => {
    const plugin = api.definePlugin({
      createRegistry: () => ({ source: 'x', capabilities: { versions: false }, resolve: async () => Promise.reject(), locate: async () => Promise.reject() }),
    });
    expect(plugin.$$type).toBe('@ilab/plugin');
    expect(plugin.apiVersion).toBe(1);
  });
});

describe('the API', () => {
  it('makes errors that hosts of another copy know', () => {
    const error = new api.IlabError('E_NOT_FOUND', 'There is no such model.', { hint: 'Check the spelling.' });
    expect(error[Symbol.for('@ilab/error') as unknown as keyof typeof error]).toBe(true);
    expect(api.isIlabError(error)).toBe(true);
  });
});
