/** As much of Eleventy as is used here; it brings no types. */
declare module '@11ty/eleventy' {
  interface Config {
    setLibrary(name: string, library: unknown): void;
    addGlobalData(name: string, data: unknown): void;
    addTemplate(path: string, content: string): void;
  }

  interface Options {
    readonly quietMode?: boolean;
    readonly config?: (config: Config) => object;
  }

  export default class Eleventy {
    constructor(input: string, output?: string, options?: Options);
    toJSON(): Promise<unknown>;
  }
}
