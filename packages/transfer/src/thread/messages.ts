import type { DigestAlgorithm } from '@ilab/core';
import type { RangeAnswer } from '../fetch/range-answer.ts';
import type { Hashes } from '../hash/hashes.ts';
import type { HostTls } from '../http/host-tls.ts';
import type { ErrorData } from './error-data.ts';

/** A file to hash while it is written, by whomever. */
export interface FollowOrder {
  readonly kind: 'follow';
  readonly file: number;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
}

/** A segment of a followed file to fetch. */
export interface ReadOrder {
  readonly kind: 'read';
  readonly read: number;
  readonly file: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: HostTls;
  readonly start: number;
  readonly end: number;
  readonly done: number;
  readonly size: number;
  /** The partial file, as whoever opened it knows it: all threads of a process share its open files. It MUST stay open until the read has ended. */
  readonly descriptor: number;
  readonly stallAfter: number;
}

/** What a thread is asked for; files and reads are known by numbers. */
export type Order =
  | FollowOrder
  /** So many bytes from the start are written. */
  | { readonly kind: 'advance'; readonly file: number; readonly frontier: number }
  | { readonly kind: 'stop'; readonly file: number }
  | ReadOrder
  /** The rest of a segment was given to others. */
  | { readonly kind: 'cut'; readonly read: number; readonly end: number }
  | { readonly kind: 'abort'; readonly read: number };

/** What a thread tells. */
export type News =
  /** The file is done with: without hashes and error where it was stopped. */
  | { readonly kind: 'followed'; readonly file: number; readonly hashes?: Hashes; readonly error?: ErrorData }
  | { readonly kind: 'headers'; readonly read: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'wrote'; readonly read: number; readonly done: number }
  /** The read is done with, and writes no more. Without answer and error it is one for the ordinary client. */
  | { readonly kind: 'ended'; readonly read: number; readonly done: number; readonly answer?: RangeAnswer; readonly error?: ErrorData };
