export type { AlertMatchers, Inhibition, Receiver, Route } from './model.ts';
export { type RoutingOptions, routingProblems, SECRETS } from './options.ts';
export { receiversFor } from './receivers.ts';
export {
  type AlertmanagerContext,
  type AlertmanagerFile,
  renderAlertmanager,
  renderAlertmanagerFiles,
} from './render.ts';
export { route } from './route.ts';
export { TEMPLATE } from './templates.ts';
