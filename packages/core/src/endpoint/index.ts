export { createExposition, type Exposition, type ExpositionOptions } from '../exposition/index.ts';
export type { EndpointAuth } from './auth.ts';
export { type Endpoint, type EndpointOptions, startEndpoint } from './endpoint.ts';
export { type HandlerOptions, type MetricsHandler, metricsHandler, type PageHandler } from './handler.ts';
export { OptionsError } from './options-error.ts';
