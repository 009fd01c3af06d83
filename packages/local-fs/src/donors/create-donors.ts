import type { Donor } from '@ilab/core';
import { huggingFaceDonor } from './hugging-face.ts';
import { lmStudioDonor } from './lm-studio.ts';
import { dockerDonor, instructLabDonor, ollamaDonor } from './named-blobs.ts';
import { dockerModels, huggingFaceCache, instructLabLayouts, lmStudioModels, ollamaModels, type Surroundings } from './places.ts';

/** The other tools on this machine, those first that are asked by name and cost nothing; the one whose files must be hashed comes last. */
export function createDonors(surroundings: Surroundings): readonly Donor[] {
  return [
    huggingFaceDonor(huggingFaceCache(surroundings)),
    ollamaDonor(ollamaModels(surroundings)),
    instructLabDonor(instructLabLayouts(surroundings)),
    dockerDonor(dockerModels(surroundings)),
    lmStudioDonor(() => lmStudioModels(surroundings)),
  ];
}
