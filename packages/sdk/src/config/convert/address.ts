/** `127.0.0.1:8000` and `[::1]:8000` in two parts. */
export function readAddress(text: string): { readonly host: string; readonly port: number } | undefined {
  const [, host, digits] = /^\[?([^\s\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return host !== undefined && port <= 65_535 ? { host, port } : undefined;
}
