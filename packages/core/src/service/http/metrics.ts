import { describe } from '../../catalog/index.ts';
import { METHODS } from './method.ts';

/** The buckets that the HTTP conventions advise, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export const httpServerRequestDuration = describe('histogram', 'http_server_request_duration_seconds', {
  help: 'Time from the arrival of a request to the end of its response. Without a route where no route matched.',
  labels: {
    http_request_method: METHODS,
    http_route: String,
    http_response_status_code: String,
    url_scheme: ['http', 'https'],
    error_type: String,
  },
  buckets: BUCKETS,
  convention: 'http.server.request.duration',
});

export const httpServerActiveRequests = describe('gauge', 'http_server_active_requests', {
  help: 'Requests that have arrived and whose response has not ended.',
  labels: { http_request_method: METHODS, url_scheme: ['http', 'https'] },
  unit: '{request}',
  convention: 'http.server.active_requests',
});

/** What a connection may become: WebSocket, or anything else that a client names. */
const UPGRADES = ['websocket', '_OTHER'] as const;

export const httpServerUpgrades = describe('counter', 'http_server_upgrades_total', {
  help: 'Requests to go on by another protocol, such as WebSocket, that the server was asked; they are no requests otherwise.',
  labels: { http_route: String, network_protocol_name: UPGRADES },
  unit: '{request}',
});

export const httpServerUpgradedConnections = describe('gauge', 'http_server_upgraded_connections', {
  help: 'Connections that were asked to go on by another protocol, such as WebSocket, and are open.',
  labels: { network_protocol_name: UPGRADES },
  unit: '{connection}',
});

/** What is promised of a route, beside what is measured. Without a route it is said of every route that has no promise of its own. */
export const httpServerErrorObjective = describe('gauge', 'http_server_error_objective_ratio', {
  help: 'The share of the requests to a route that may fail on our side (status 5xx); without a route, of each that has none of its own.',
  labels: ['http_route'],
  merge: 'max',
});

export const httpServerLatencyObjective = describe('gauge', 'http_server_latency_objective_seconds', {
  help: 'Within what time 95 % of the requests to a route are to be answered; without a route, to each that has none of its own.',
  labels: ['http_route'],
  merge: 'max',
});

export const httpClientRequestDuration = describe('histogram', 'http_client_request_duration_seconds', {
  help: 'Time from the making of an outgoing request to the end of its response.',
  labels: {
    http_request_method: METHODS,
    server_address: String,
    server_port: String,
    http_response_status_code: String,
    error_type: String,
  },
  buckets: BUCKETS,
  convention: 'http.client.request.duration',
});
