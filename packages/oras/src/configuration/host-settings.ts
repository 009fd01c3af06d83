import type { RegistrySettings } from '@ilab/core/adapter';
import type { RegistriesConfiguration } from './registries-configuration.ts';

type Settings = Readonly<Record<string, RegistrySettings>>;

/**
 * What has to be known of hosts before they are spoken to: ilab's settings, and beside them which hosts `registries.conf` calls insecure.
 * Connections belong to hosts, so what it says of a namespace or a mirror counts for the host that keeps it.
 */
export function hostSettings({ entries }: RegistriesConfiguration, settings: Settings): Settings {
  const all: Record<string, RegistrySettings> = { ...settings };
  for (const { prefix, location = prefix, insecure, mirrors } of entries) {
    for (const place of [{ location, insecure }, ...mirrors]) {
      const host = place.location.split('/', 1)[0] ?? place.location;
      // One that is named and is not insecure is so although a wildcard says otherwise.
      all[host] = { ...(place.insecure && { insecure: true }), ...all[host] };
    }
  }
  return all;
}
