import ModelTrain from './model/train.ts';

/** As it was once called. */
export default class Train extends ModelTrain {
  static override hidden = true;
}
