/** Where a command writes, and the folder that it runs in. */
export interface Io {
  readonly out: (text: string) => void;
  readonly folder: string;
}

/**
 * A text with the characters that a terminal obeys written out, but for line ends and tabs: what comes from a server, such as the value of a label, may hold any.
 */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}/gu, (character) => (/[\n\t]/.test(character) ? character : written(character)));

/** The same within a line: a name can't begin another one. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, written);

const written = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
