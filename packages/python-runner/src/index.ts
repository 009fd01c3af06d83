export type { PythonRange } from './find-python.ts';
export type { ParameterKind, ParameterKinds } from './parameters.ts';
export { createPythonRunner, type PythonLibrary } from './python-runner.ts';
