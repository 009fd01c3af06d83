import { definePlugin } from '@ilab/plugin-api';
import { createShelfDonor } from './donor.ts';

export default definePlugin({ createDonor: createShelfDonor });
