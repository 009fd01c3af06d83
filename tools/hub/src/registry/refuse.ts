import { answerJson, type Exchange } from '../http/exchange.ts';

/** Refuses as the distribution specification has it (“Error Codes”). */
export function refuse(exchange: Exchange, status: number, code: string, headers: Readonly<Record<string, string>> = {}): void {
  answerJson(exchange, { errors: [{ code, message: code.toLowerCase().replace('_', ' '), detail: null }] }, { status, headers });
}
