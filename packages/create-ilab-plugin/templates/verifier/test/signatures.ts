import { type KeyObject, sign } from 'node:crypto';
import type { Statement } from '../src/read-signature.ts';

/** Signs, as somebody who makes models would. */
export function signStatement(statement: Statement, privateKey: KeyObject): Buffer {
  const payload = Buffer.from(JSON.stringify(statement));
  const signature = sign(null, payload, privateKey);
  return Buffer.from(`${JSON.stringify({ payload: payload.toString('base64'), signature: signature.toString('base64') })}\n`);
}
