import { TimeOptionBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** The time ranges that are offered: from what happens now to a week, which is as long as the rules remember what is gone. */
export const quickRanges = [
  { display: 'Last 5 minutes', from: 'now-5m' },
  { display: 'Last 15 minutes', from: 'now-15m' },
  { display: 'Last hour', from: 'now-1h' },
  { display: 'Last 6 hours', from: 'now-6h' },
  { display: 'Last 12 hours', from: 'now-12h' },
  { display: 'Last 24 hours', from: 'now-24h' },
  { display: 'Last 2 days', from: 'now-2d' },
  { display: 'Last 7 days', from: 'now-7d' },
].map(({ display, from }) => new TimeOptionBuilder().display(display).from(from).to('now'));
