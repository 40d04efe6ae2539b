import { DeclarationError } from '@sightglass/core';

/** What `read` gives of what an adapter was called with. What it throws becomes the cause of a `DeclarationError`. */
export function declared<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw DeclarationError.from(error, 'The scheduled job');
  }
}
