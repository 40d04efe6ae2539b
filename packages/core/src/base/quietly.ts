/**
 * Calls something of the host's that measures or tells (a span, a hook), and gives back what it gives; undefined when it throws. Where it is asynchronous after all, what it rejects with
 * is taken as well, so that nothing of it reaches the process. Never throws.
 */
export function quietly<T>(call: () => T): T | undefined {
  try {
    const given = call();
    if (typeof given === 'object' && given !== null && 'then' in given)
      Promise.resolve(given as unknown).then(undefined, () => {});
    return given;
  } catch {
    return undefined;
  }
}
