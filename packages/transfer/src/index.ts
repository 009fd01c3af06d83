export { createTransfer } from './create-transfer.ts';
export { createHttp } from './http/create-http.ts';
export type { NetworkOptions, TransferOptions } from './options.ts';
