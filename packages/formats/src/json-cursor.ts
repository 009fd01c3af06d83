import { isUtf8 } from 'node:buffer';
import { LIMITS } from './limits.ts';
import type { Malformed } from './malformed.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MAX_DEPTH = 32;
const MAX_NUMBER = 400;

/** Where the JSON text is, for messages. */
export interface JsonPlace {
  /** The file’s byte at which the text starts. */
  readonly start: number;
  readonly fail: Malformed;
}

/**
 * Walks over JSON text without building it, so that a header of 100 MB costs what is kept of it. Stricter than `JSON.parse`: a key that
 * comes twice is an error, because readers differ in which one they take.
 */
export class JsonCursor {
  readonly #bytes: Buffer;
  readonly #place: JsonPlace;
  #at = 0;
  #skipped = 0;

  /** @throws IlabError E_NOT_A_MODEL when the text is not UTF-8 */
  constructor(bytes: Uint8Array, place: JsonPlace) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#place = place;
    if (!isUtf8(this.#bytes)) throw place.fail('its JSON is not UTF-8', place.start);
  }

  fail(what: string, at: number = this.#at): Error {
    return this.#place.fail(what, this.#place.start + at);
  }

  get position(): number {
    return this.#at;
  }

  /** Calls back at every member’s value, which the callback must consume. */
  object(member: (key: string) => void, { maxKey = 512, maxMembers = 100_000 }: { readonly maxKey?: number; readonly maxMembers?: number } = {}): void {
    this.#expect('{');
    const seen = new Set<string>();
    if (this.#accept('}')) return;
    do {
      const at = this.#skipSpace();
      const key = this.text(maxKey);
      if (key === undefined) throw this.fail(`a key is longer than ${maxKey} bytes`, at);
      if (seen.has(key)) throw this.fail(`the key “${shorten(key)}” comes twice`, at);
      if (seen.size === maxMembers) throw this.fail(`it has more than ${maxMembers} members`, at);
      seen.add(key);
      this.#expect(':');
      member(key);
    } while (this.#accept(','));
    this.#expect('}');
  }

  array(item: (index: number) => void): void {
    this.#expect('[');
    if (this.#accept(']')) return;
    let index = 0;
    do item(index++);
    while (this.#accept(','));
    this.#expect(']');
  }

  /** A string; undefined when it has more bytes than that. */
  text(max: number): string | undefined {
    const opening = this.#skipSpace();
    this.#expect('"');
    const start = this.#at;
    let escaped = false;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === QUOTE) break;
      if (byte === undefined || byte < 0x20) throw this.fail('a string does not end', opening);
      if (byte === BACKSLASH) {
        escaped = true;
        this.#at++;
      }
    }
    const end = this.#at - 1;
    if (end - start > max) return undefined;
    const raw = this.#bytes.toString('utf8', start, end);
    return escaped ? this.#unescape(raw, opening) : raw;
  }

  /** A whole number from 0 to 2^53 - 1. */
  integer(what: string): number {
    const start = this.#skipSpace();
    let value = 0;
    for (let byte = this.#bytes[this.#at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = this.#bytes[++this.#at]) {
      value = value * 10 + (byte - 0x30);
      if (value > Number.MAX_SAFE_INTEGER) throw this.fail(`${what} is too large`, start);
    }
    const length = this.#at - start;
    if (length === 0 || (length > 1 && this.#bytes[start] === 0x30)) throw this.fail(`${what} is not a whole number`, start);
    return value;
  }

  /** Any value, not kept. */
  skip(depth = 0): void {
    if (depth > MAX_DEPTH) throw this.fail('it is nested too deeply');
    if (++this.#skipped > LIMITS.skipped) throw this.fail(`more than ${LIMITS.skipped} of its values mean nothing`);
    const at = this.#skipSpace();
    switch (String.fromCharCode(this.#bytes[at] ?? 0)) {
      case '{':
        return this.object(() => this.skip(depth + 1));
      case '[':
        return this.array(() => this.skip(depth + 1));
      case '"':
        this.text(0);
        return;
      default:
        return this.#skipScalar(at);
    }
  }

  /** Nothing but space may follow. */
  end(): void {
    if (this.#skipSpace() !== this.#bytes.length) throw this.fail('something follows its JSON');
  }

  #skipScalar(start: number): void {
    while (/[-+.0-9A-Za-z]/.test(String.fromCharCode(this.#bytes[this.#at] ?? 0)) && this.#at - start <= MAX_NUMBER) this.#at++;
    const text = this.#bytes.toString('latin1', start, this.#at);
    if (!/^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) throw this.fail('its JSON is broken', start);
  }

  #unescape(raw: string, at: number): string {
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      throw this.fail('a string has an escape that does not exist', at);
    }
  }

  #skipSpace(): number {
    for (let byte = this.#bytes[this.#at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = this.#bytes[++this.#at]);
    return this.#at;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw this.fail(`its JSON is broken: “${character}” is missing`);
  }

  #accept(character: string): boolean {
    if (this.#bytes[this.#skipSpace()] !== character.charCodeAt(0)) return false;
    this.#at++;
    return true;
  }
}

/** A name of somebody else’s, short enough for a message. */
export function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
