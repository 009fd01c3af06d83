import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRequest, parseHead } from '../src/fetch/answer-head.ts';

describe('parseHead', () => {
  it('reads status and headers, names in lower case, repeated ones joined', () => {
    expect(parseHead('HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/2\r\nX-A: 1\r\nx-a:  2 ')).toEqual({
      status: 206,
      headers: { 'content-range': 'bytes 0-1/2', 'x-a': '1, 2' },
    });
    expect(parseHead('HTTP/1.1 200')).toEqual({ status: 200, headers: {} });
  });

  it.each([
    ['an interim answer', 'HTTP/1.1 100 Continue'],
    ['an older version', 'HTTP/1.0 200 OK'],
    ['a newer version', 'HTTP/2 200'],
    ['no status', 'HTTP/1.1 OK'],
    ['a line that is no header', 'HTTP/1.1 200 OK\r\nno colon'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nA: b\r\n c'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\nA : b'],
    ['a bare line feed', 'HTTP/1.1 200 OK\r\nA: b\nContent-Length: 1'],
    ['nothing', ''],
  ])('leaves %s to the ordinary client', (_what, text) => {
    expect(parseHead(text)).toBeUndefined();
  });

  it('never takes a name of the prototype for one it has seen', () => {
    expect(parseHead('HTTP/1.1 200 OK\r\nconstructor: x')?.headers['constructor']).toBe('x');
  });

  it('ends on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => parseHead(text) === undefined || text.startsWith('HTTP/1.1')));
  });
});

describe('formatRequest', () => {
  it('writes a GET that closes its connection', () => {
    expect(formatRequest(new URL('http://a.example:81/b%20c?d=1#e'), { range: 'bytes=0-1' })).toBe(
      'GET /b%20c?d=1 HTTP/1.1\r\nhost: a.example:81\r\nrange: bytes=0-1\r\nconnection: close\r\n\r\n',
    );
  });

  it.each(['a\r\nx: y', 'a\nb', 'a\u0000', 'ü'])('refuses the header %j', (value) => {
    expect(formatRequest(new URL('http://a.example/'), { authorization: value })).toBeUndefined();
  });
});
