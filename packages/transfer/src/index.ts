export { createTransfer } from './create-transfer.ts';
export { createEndpoints } from './http/create-endpoints.ts';
export { createHttp } from './http/create-http.ts';
export { createRemoteReader } from './stream/remote-reader.ts';
export type { NetworkOptions, TransferOptions } from './options.ts';
