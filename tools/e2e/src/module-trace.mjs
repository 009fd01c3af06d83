// Preloaded by the start-up tests: writes the address of every module that is loaded to the file in ILAB_TRACE.
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

registerHooks({
  load(url, context, next) {
    appendFileSync(process.env.ILAB_TRACE, `${url}\n`);
    return next(url, context);
  },
});
