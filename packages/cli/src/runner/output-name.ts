/** A folder's name for what is made of a model: its last part, and when; in order when sorted. */
export function outputName(model: string, now: Date): string {
  const [last = ''] = model.split(/[/\\]/).slice(-1);
  const name = last.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  const time = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${name === '' ? 'model' : name.slice(0, 60)}-${time}`;
}
