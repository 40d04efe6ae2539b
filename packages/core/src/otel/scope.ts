import { VERSION } from '../base/index.ts';

/** The one instrumentation scope of all our packages. The version is the core package's. */
export const SCOPE = { name: '@sightglass', version: VERSION } as const;
