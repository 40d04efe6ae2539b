import { gauge } from '@sightglass/core';
import { alert, defineMixin, minutes, promql, threshold, up, where } from '@sightglass/rules';

/*
 * Rules of one's own over metrics of somebody else: what the exporters say of Postgres, Redis and the machine. The alerts of @sightglass/rules tell what a service
 * suffers; these tell it of what no service has asked yet.
 */

const pgUp = gauge('pg_up', { help: 'Whether the exporter reaches Postgres.' });
const connections = gauge('pg_stat_database_numbackends', {
  help: 'Connections to a database of Postgres.',
  labels: ['datid', 'datname'],
});
const mostConnections = gauge('pg_settings_max_connections', {
  help: 'Connections that Postgres takes.',
});
const redisUp = gauge('redis_up', { help: 'Whether the exporter reaches Redis.' });
const diskFree = gauge('node_filesystem_avail_bytes', {
  help: 'What is left of a file system.',
  labels: ['device', 'fstype', 'mountpoint'],
});
const diskSize = gauge('node_filesystem_size_bytes', {
  help: 'How large a file system is.',
  labels: ['device', 'fstype', 'mountpoint'],
});

const nearlyAll = threshold(
  'postgres_connections_ratio',
  0.8,
  'Postgres refuses everybody at its limit, and keeps three connections for its superuser.',
);
const nearlyFull = threshold('disk_free_ratio', 0.1, 'Postgres stops when it can not write.');

const dashboard = { uid: 'sightglass-infrastructure', panel: 'Services' };

export const exporters = defineMixin({
  name: 'exporters',
  // Whoever is told of the database is told of these.
  component: 'database',
  about: 'Postgres, Redis and the machine, as their exporters see them.',
  metrics: [
    {
      exportedBy: 'the exporters of the stack',
      metrics: [pgUp, connections, mostConnections, redisUp, diskFree, diskSize],
    },
  ],
  alerts: [
    alert('PostgresDown', {
      expr: promql`min by (job) (${pgUp}) == 0`,
      for: minutes(1),
      severity: 'critical',
      summary: 'Postgres does not answer.',
      description: 'The exporter {{ $labels.job }} is up and can not reach Postgres.',
      impact: 'Nothing is stored: events wait in the queue, answers come from the cache alone.',
      action: 'docker compose ps postgres, then docker compose logs --tail 50 postgres.',
      runbook: 'database#databasedown',
      dashboard,
    }),
    alert('PostgresConnectionsHigh', {
      expr: promql`sum by (job) (${connections}) / (sum by (job) (${mostConnections}) > 0) > ${nearlyAll}`,
      for: minutes(5),
      severity: 'warning',
      summary: 'Postgres is running out of connections.',
      description: '{{ $value | humanizePercentage }} of the connections that Postgres takes are in use.',
      impact: 'At its limit Postgres refuses every new connection, of whomever.',
      action: 'Look who has them: select usename, state, count(*) from pg_stat_activity group by 1, 2.',
      runbook: 'database#databasepoolhigh',
      dashboard,
    }),
    alert('RedisDown', {
      expr: promql`min by (job) (${redisUp}) == 0`,
      for: minutes(1),
      severity: 'critical',
      summary: 'Redis does not answer.',
      description: 'The exporter {{ $labels.job }} is up and can not reach Redis.',
      impact: 'The API can not queue what it takes, and workers get nothing.',
      action: 'docker compose ps redis, then docker compose logs --tail 50 redis.',
      runbook: 'queues#queuestalled',
      dashboard,
    }),
    alert('ExporterDown', {
      expr: promql`min by (job) (${where(up, { job: ['postgres', 'redis', 'node'] })}) == 0`,
      for: minutes(5),
      severity: 'warning',
      summary: 'An exporter can not be scraped.',
      description: 'Prometheus can not scrape the exporter {{ $labels.job }}.',
      impact: 'The alerts that read it are blind.',
      action: 'Look up its error under /targets of Prometheus.',
    }),
    alert('DiskNearlyFull', {
      expr: promql`min by (job, mountpoint) (${diskFree} / (${diskSize} > 0)) < ${nearlyFull}`,
      for: minutes(15),
      severity: 'warning',
      summary: 'A disk is nearly full.',
      description: '{{ $value | humanizePercentage }} of {{ $labels.mountpoint }} is left.',
      impact: 'Full, Postgres stops, and Prometheus loses what it scrapes.',
      action: 'Look what has grown: du -x -d 2 on it, docker system df.',
    }),
  ],
  // It is one page, and the exporter knows more of it than the service.
  inhibitions: [{ sources: ['PostgresDown'], targets: ['DatabaseDown'], equal: [] }],
});
