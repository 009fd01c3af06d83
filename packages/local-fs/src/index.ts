export type { HeldLock, Locks } from './locks/locks.ts';
export { locksIn } from './locks/locks-in.ts';
export { waitForLock } from './locks/wait-for-lock.ts';
export { locksAreTrusted, untrustedFileSystem } from './locks/locks-are-trusted.ts';
export { createLocalStore, type LocalStore, type LocalStoreOptions } from './create-local-store.ts';
export { createDonors } from './donors/create-donors.ts';
export { createForeignModels, type ForeignOptions } from './foreign/create-foreign-models.ts';
export type { Surroundings } from './donors/places.ts';
export { createListing, type StoreDirectories } from './store-items.ts';
