/**
 * An option that the host gave. What is only there because somebody put a property of that name on `Object.prototype` was given by nobody: one such
 * line anywhere in a process would change what every declaration in it says.
 */
export function given<T extends object, K extends keyof T & string>(options: T, name: K): T[K] | undefined {
  return Object.hasOwn(options, name) || !Object.hasOwn(Object.prototype, name) ? options[name] : undefined;
}
