import { defineConfig } from '@sightglass/rules';
import { database, http, jobs, queues, service, telemetry } from '@sightglass/rules/mixins';
import { exporters } from './exporters.ts';

/*
 * What this stack renders: `pnpm generate` here, or `npx -p @sightglass/rules sightglass render` in a project of your own. Change the addresses, render, and reload.
 */

const SECRETS = '/etc/alertmanager/secrets';

/** A mail says what is in the template of @sightglass/rules: subject, HTML and text. */
const mail = (to: string) => ({
  to,
  from: 'alerts@example.org',
  smarthost: 'smtp.example.org:587',
  auth_username: 'alerts@example.org',
  auth_password_file: `${SECRETS}/smtp_password`,
});

/** A webhook writes into the channel that it was made for. Without Slack: leave these out, and its two secrets of compose.yaml. */
const critical = { api_url_file: `${SECRETS}/slack_api_url_critical`, channel: '#analytics-critical' };
const warnings = { api_url_file: `${SECRETS}/slack_api_url_warning`, channel: '#analytics-warnings' };

export default defineConfig({
  mixins: [http, service, database, queues, jobs, telemetry, exporters],
  target: 'job="analytics-server"',
  grafana: 'http://localhost:3001',
  routing: {
    // Expects a beat every minute, and raises an alarm when two are missing. On another machine than this one.
    heartbeatUrl: 'https://heartbeat.example.org/analytics-server',
    criticalRepeat: '30m',
    warningRepeat: '4h',
    receivers: [
      // What no component below takes: queues, jobs, the monitoring itself.
      { name: 'page', email_configs: [mail('oncall@example.org')], slack_configs: [critical] },
      { name: 'channel', email_configs: [mail('team@example.org')], slack_configs: [warnings] },
      {
        name: 'api-critical',
        email_configs: [mail('oncall@example.org'), mail('api@example.org')],
        slack_configs: [critical],
      },
      { name: 'api', email_configs: [mail('api@example.org')], slack_configs: [warnings] },
      {
        name: 'database-critical',
        email_configs: [mail('oncall@example.org'), mail('dba@example.org')],
        slack_configs: [critical],
      },
      { name: 'database', email_configs: [mail('dba@example.org')], slack_configs: [warnings] },
    ],
    components: {
      http: { critical: 'api-critical', warning: 'api' },
      service: { critical: 'api-critical', warning: 'api' },
      database: { critical: 'database-critical', warning: 'database' },
    },
  },
  out: { rules: 'prometheus/rules', alertmanager: 'alertmanager', dashboards: 'grafana/dashboards' },
});
