import ModelChat from './model/chat.ts';

/** As it was once called. */
export default class Chat extends ModelChat {
  static override hidden = true;
}
