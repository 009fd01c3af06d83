import { answerJson, type Exchange } from '../http/exchange.ts';

/** Refuses as the Hub does: with a code and a message in headers, too. */
export function refuse(
  exchange: Exchange,
  status: number,
  { code, message }: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): void {
  answerJson(exchange, { error: message }, { status, headers: { 'x-error-code': code, 'x-error-message': message, ...headers } });
}
