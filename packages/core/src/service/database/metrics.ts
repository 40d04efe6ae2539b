import { describe } from '../../catalog/index.ts';

export const dbClientOperationDuration = describe('histogram', 'db_client_operation_duration_seconds', {
  help: 'How long a database operation took, as its caller waited for it, without the wait for a connection. A failed one says by which error.',
  labels: ['db_system_name', 'db_operation_name', 'db_collection_name', 'error_type'],
  // As the conventions advise.
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  convention: 'db.client.operation.duration',
});

export const dbClientConnectionCount = describe('gauge', 'db_client_connection_count', {
  help: 'Connections of a pool, in use and idle.',
  labels: { db_client_connection_pool_name: String, db_client_connection_state: ['used', 'idle'] },
  unit: '{connection}',
  convention: 'db.client.connection.count',
});

export const dbClientConnectionMax = describe('gauge', 'db_client_connection_max', {
  help: 'How many connections a pool may have.',
  labels: ['db_client_connection_pool_name'],
  unit: '{connection}',
  convention: 'db.client.connection.max',
});

export const dbClientConnectionPendingRequests = describe('gauge', 'db_client_connection_pending_requests', {
  help: 'Callers that wait for a connection of a pool.',
  labels: ['db_client_connection_pool_name'],
  unit: '{request}',
  convention: 'db.client.connection.pending_requests',
});
