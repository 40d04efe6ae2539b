import { lowestTimestamp, promql, serviceLevels } from '@sightglass/rules';
import type { PanelSpec } from '../../../engine/spec.ts';
import { byState } from '../../../engine/states.ts';
import { unit } from '../../../engine/style.ts';
import { alertNamed } from '../../alerts.ts';
import { series } from './series.ts';

const composites = serviceLevels.reliability(serviceLevels.shippedSlos.composites);

export const reliability: PanelSpec = {
  title: 'Composite reliability',
  description:
    'Several SLOs of one subject as one figure: job-reliability is the product of what was attained, job-experience its mean weighted by what users notice.',
  type: 'timeseries',
  unit: unit.ratio,
  width: 12,
  height: 9,
  from: 'data',
  queries: [
    {
      query: promql`${composites}`,
      legend: composites.labels.map((label) => `{{${label}}}`).join(' '),
    },
  ],
};

const tooShort = alertNamed('SloRetentionTooShort').expr;
const oldest = promql`time() - ${lowestTimestamp}`;

export const retention: PanelSpec = {
  title: 'Retention',
  description:
    'How far back each Prometheus can look, and the longest window of an SLO. "short": it drops what SLOs still need, so that budgets are those of a shorter window. Needs a Prometheus that scrapes itself.',
  type: 'stat',
  unit: unit.seconds,
  width: 12,
  height: 9,
  queries: [
    {
      ...byState([
        { name: 'enough', color: 'green', query: promql`${oldest} unless on (job, instance) (${tooShort})` },
        { name: 'short', color: 'red', query: tooShort },
      ]),
      legend: '{{job}} {{instance}}',
    },
    { query: promql`max (${series.window})`, legend: 'longest window' },
  ],
};
