/** Texts by their keys, such as annotations. */
export type Texts = { readonly [key: string]: string };

/** Without what is not said. */
export const said = (texts: { readonly [key: string]: string | undefined }): Texts =>
  Object.fromEntries(Object.entries(texts).filter((each): each is [string, string] => each[1] !== undefined));
