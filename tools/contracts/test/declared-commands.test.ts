import { checkManifest } from '@ilab/sdk';
import { expect, it } from 'vitest';
import { declarations, soundPluginCommand } from '../src/index.ts';

// The suite has the rules of the host in its own words, since it is there without one.
it.each([{ what: 'is sound', make: soundPluginCommand }, ...declarations])('hosts agree with the suite on a command that $what', async ({ what, make }) => {
  const { manifest } = await make();
  const checked = checkManifest({ manifest: { apiVersion: 1, commands: [manifest] } });
  expect(checked.state).toBe(what === 'is sound' ? 'valid' : 'invalid');
});
