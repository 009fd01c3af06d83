import ModelServe from './model/serve.ts';

/** As it was once called. */
export default class Serve extends ModelServe {
  static override hidden = true;
}
