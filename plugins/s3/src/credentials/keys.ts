/** Who asks. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of keys that end. */
  readonly sessionToken?: string;
  /** Where they came from, which is all that a message may say of them. */
  readonly origin: string;
}
