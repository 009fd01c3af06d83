const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const USERINFO = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s]+@/gi;
const BEARER = /\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi;
const KNOWN_TOKEN = /\b(hf_[A-Za-z0-9]{8,}|gh[pousr]_[A-Za-z0-9]{20,})/g;
const SIGNED_QUERY = /([?&](?:x-amz-[a-z-]+|signature|sig|token|key-pair-id|policy|access_token)=)[^&\s"']+/gi;

/**
 * Makes text fit for a message: secrets (userinfo of URLs, authorization values, tokens of known shape, signed query
 * parameters) become `***`, control and direction characters become `?`, so that no remote text can steer a terminal.
 */
export function redact(text: string): string {
  return text.replace(USERINFO, '$1***@').replace(BEARER, '$1 ***').replace(KNOWN_TOKEN, '***').replace(SIGNED_QUERY, '$1***').replace(CONTROL, '?');
}
