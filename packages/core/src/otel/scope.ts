/** The one instrumentation scope of all our packages. The version is the core package's; a test holds it to `package.json`. */
export const SCOPE = { name: '@sightglass', version: '0.1.0' } as const;
