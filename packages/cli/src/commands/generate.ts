import DataGenerate from './data/generate.ts';

/** As it was once called. */
export default class Generate extends DataGenerate {
  static override hidden = true;
}
