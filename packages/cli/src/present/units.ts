export { formatBytes } from '@ilab/sdk';

/** A number of weights as models are called by it: `940 k`, `8.0 B`. */
export function formatCount(count: number): string {
  const [size, unit] = (
    [
      [1e12, ' T'],
      [1e9, ' B'],
      [1e6, ' M'],
      [1e3, ' k'],
    ] as const
  ).find(([size]) => count >= size) ?? [1, ''];
  const value = count / size;
  return `${value.toFixed(size === 1 || value >= 99.5 ? 0 : 1)}${unit}`;
}

/** Seconds as people say them: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** An ISO time as local `2026-11-24 13:05`. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${pad(time.getHours())}:${pad(time.getMinutes())}`;
}
