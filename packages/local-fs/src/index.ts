export { createLocalStore, type LocalStore, type LocalStoreOptions } from './create-local-store.ts';
