// A module of our own around the client: bundlers keep the names of a static import, and lose them in a dynamic one of CommonJS.
export { EnvHttpProxyAgent } from 'undici';
