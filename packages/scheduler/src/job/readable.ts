import { DeclarationError } from '@sightglass/core';

/** What `read` gives; undefined when it throws, as it may over an object of a scheduler of another make or version. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** What `read` gives of what an adapter was called with. What it throws becomes the cause of a `DeclarationError`. */
export function declared<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw DeclarationError.from(error, 'The scheduled job');
  }
}
