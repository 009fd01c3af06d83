/** Formats whose loader runs what is in the file, by the name’s ending. */
const RUNS_CODE: readonly (readonly [RegExp, string])[] = [
  [/\.(?:bin|pt|pth|ckpt|pkl|pickle|joblib|dill|nemo)$/i, 'pickle'],
  [/\.(?:keras|h5|hdf5)$/i, 'Keras, whose layers can hold code'],
  [/(?:^|\/)saved_model\.pb$/i, 'TensorFlow, whose graph can read and write files'],
  [/\.py$/i, 'Python, run with trust_remote_code'],
];

/** Why a file of this name runs code when it is loaded; undefined when its name does not tell. */
export function codeByName(path: string): string | undefined {
  const found = RUNS_CODE.find(([pattern]) => pattern.test(path));
  return found && `${found[1]}, by its name (${path.slice(path.lastIndexOf('.'))})`;
}
