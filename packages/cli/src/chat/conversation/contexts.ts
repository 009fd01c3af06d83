/** What conversations can start with, by the names that the old ilab had for it; `default` leaves it to the model. */
export const CONTEXTS: Readonly<Record<string, string>> = {
  default: '',
  cli_helper: 'You are an expert on command line interface and know all common commands. Answer the command to execute as it without any explanation.',
};
