import type { PluginDonor } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { donorContract } from './donor-contract.ts';
import { sampleFile } from './sample.ts';

/** A donor of a plugin over a folder of its own, still empty. */
export interface PluginDonorUnderTest {
  readonly donor: PluginDonor;
  /** As the plugin's manifest has it. */
  readonly name: string;
  /** Its only folder, real; need not be there. */
  readonly directory: string;
  /** Puts content there as the tool does. @returns the real path of the file that holds it */
  put(content: string): string;
}

/** What every donor of a plugin promises, see the port `PluginDonor`. */
export function pluginDonorContract(make: () => PluginDonorUnderTest): void {
  describe('the contract of plugins’ donors', () => {
    it('has the name that it was asked for, and answers with a path and nothing more', async () => {
      const { donor, name, put } = make();
      expect(donor.name).toBe(name);
      const path = put('weights');
      expect(await donor.find(sampleFile('model.gguf', 'weights'), {})).toBe(path);
    });

    donorContract(() => {
      const { donor, directory, put } = make();
      return {
        directory,
        put,
        donor: {
          async find(file, options) {
            const path = await donor.find(file, options);
            return path === undefined ? undefined : { path, tool: donor.name, mayLink: false };
          },
        },
      };
    });
  });
}
