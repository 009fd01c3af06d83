import type { Hardware } from './hardware.ts';

/** A model to begin with. */
export interface SuggestedModel {
  readonly reference: string;
  /** Bytes to download, about. */
  readonly bytes: number;
  /** Whom it is for, in a few words. */
  readonly about: string;
}

const QUANTISED: SuggestedModel = { reference: 'instructlab/granite-7b-lab-GGUF:Q4_K_M', bytes: 4_080_000_000, about: 'for any machine' };
const MERLINITE: SuggestedModel = { reference: 'instructlab/merlinite-7b-lab-GGUF:Q4_K_M', bytes: 4_370_000_000, about: 'for any machine' };
const WHOLE: SuggestedModel = { reference: 'instructlab/granite-7b-lab', bytes: 13_500_000_000, about: 'for a GPU with 20 GB or more, and for training' };

/** What the whole model needs: its weights, and room to work. */
const ROOM = 20e9;

/** Models to begin with, the one that suits the machine first. Apple's engines read GGUF. */
export function suggestModels({ gpus }: Pick<Hardware, 'gpus'>, platform: string = process.platform): readonly SuggestedModel[] {
  const roomy = platform !== 'darwin' && gpus.reduce((sum, { memory }) => sum + memory, 0) >= ROOM;
  return roomy ? [WHOLE, QUANTISED, MERLINITE] : [QUANTISED, MERLINITE, WHOLE];
}
