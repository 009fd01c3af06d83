import type { HelpPage } from '../page.ts';
import { configuration } from './configuration.ts';
import { references } from './references.ts';
import { store } from './store.ts';

/** What `ilab help NAME` explains, beside commands. */
export const HELP_PAGES: Readonly<Record<string, HelpPage>> = { references, store, configuration };
