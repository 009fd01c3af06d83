/** Names and addresses of this very machine, as `URL.hostname` spells them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Addresses that only mean something inside a network: a public host has no business sending anyone there. */
export function isPrivateHost(hostname: string): boolean {
  return isLoopback(hostname) || /^(?:10|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01])|0)\./.test(hostname) || /^\[(?:f[cd]|fe[89ab]|::)/i.test(hostname);
}
