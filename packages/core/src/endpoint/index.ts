export type { EndpointAuth } from './auth.ts';
export { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
export { type HandlerOptions, type MetricsHandler, metricsHandler } from './handler.ts';
export { OptionsError } from './options-error.ts';
