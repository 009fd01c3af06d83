// A reference's parts as directory entries; the rules are the core's, so that every store has the same.
export { decodeName as decodeComponent, encodeFilePath, encodeName as encodeComponent } from '@ilab/core';
