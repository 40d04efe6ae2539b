/** Environment variables; an empty one counts as unset, as the OpenTelemetry specification says. */
export type Environment = { readonly [name: string]: string | undefined };

/** What went wrong without stopping the host, in sentences that say what to do. */
export type Problems = string[];
