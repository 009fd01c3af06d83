/** The form of the configuration file, for whoever checks or documents it. */
export { CARRIED_KEYS } from './carried-keys.ts';
export { type Config, configSchema } from './config-schema.ts';
export { SCHEMA_ADDRESS } from './schema-address.ts';
export { describe, SETTING_KEYS, type SettingDescription, type SettingKey } from './settings.ts';
