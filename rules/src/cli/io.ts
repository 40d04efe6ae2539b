/** Where a command writes, and the folder that it runs in. */
export interface Io {
  readonly out: (text: string) => void;
  readonly folder: string;
}
