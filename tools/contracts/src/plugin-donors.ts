import type { DonorUnderTest, PluginDonorUnderTest } from '@ilab/testkit';
import type { BrokenAdapter } from './broken-adapter.ts';
import { BROKEN_DONORS, soundDonor } from './donors.ts';

type Make = () => PluginDonorUnderTest;

const NAME = 'shelf';

export const soundPluginDonor: Make = asPlugin(soundDonor);

/** All faults that a donor can have, and those of what crosses to the host. */
export const BROKEN_PLUGIN_DONORS: readonly BrokenAdapter<Make>[] = [
  ...BROKEN_DONORS.filter(({ what }) => what !== 'says nobody’s name').map(({ make, ...fault }) => ({ ...fault, make: asPlugin(make) })),
  { what: 'has another name', caughtBy: 'has the name', make: () => ({ ...soundPluginDonor(), name: 'other' }) },
  {
    what: 'answers with more than a path',
    caughtBy: 'a path and nothing more',
    make() {
      const { donor, ...given } = soundPluginDonor();
      const find: typeof donor.find = async (file, options) => {
        const path = await donor.find(file, options);
        return path === undefined ? undefined : ({ path } as never);
      };
      return { ...given, donor: { ...donor, find } };
    },
  },
];

function asPlugin(make: () => DonorUnderTest): Make {
  return () => {
    const { donor, ...given } = make();
    return { ...given, name: NAME, donor: { name: NAME, find: async (file, options) => (await donor.find(file, options))?.path } };
  };
}
