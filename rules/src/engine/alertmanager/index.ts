export type { AlertMatchers, Incidents, Inhibition, Receiver, Route, SharedCause } from './model.ts';
export { type RoutingOptions, routingProblems, SECRETS } from './options.ts';
export type { OwnReceiver, OwnRoute, OwnRouting, ReceiversBySeverity } from './own.ts';
export { receiversFor } from './receivers.ts';
export {
  type AlertmanagerContext,
  type AlertmanagerFile,
  renderAlertmanager,
  renderAlertmanagerFiles,
} from './render.ts';
export { OWNER, RECEIVER_OF, type RouteContext, routeFor } from './route.ts';
export { TEMPLATE } from './templates.ts';
