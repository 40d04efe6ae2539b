export { inhibitions, receivers, route, SECRETS } from './config.ts';
export type { AlertMatchers, Inhibition, Receiver, Route } from './model.ts';
export { type AlertmanagerContext, renderAlertmanager } from './render.ts';
