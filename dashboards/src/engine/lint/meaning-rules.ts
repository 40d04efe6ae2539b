import { type Measure, measure, measureText } from '@sightglass/rules';
import type { DashboardJson, PanelJson, TargetJson } from '../model.ts';
import { substitute, variableValues } from '../queries.ts';
import { type LintRule, onDashboard, onPanels, onTargets } from './rule.ts';

/*
 * Whether a panel means what it says: that its unit is that of the numbers, that a legend names the quantile which is computed, that what is bad is not
 * drawn as good.
 */

/** What numbers in a unit measure. */
type Fits = (measure: Measure) => boolean;

/** Per minute, hour and day, percent, and thousands: by these nobody multiplies but to change the unit. */
const SCALES = [60, 3_600, 86_400, 100, 1_000, 1_024, 1_000_000];
const isScaled = ({ factor }: Measure): boolean =>
  SCALES.some((scale) => [scale, 1 / scale].some((each) => Math.abs(factor / each - 1) < 1e-9));
const plain =
  (seconds: number, bytes: number): Fits =>
  (measure) =>
    measure.seconds === seconds && measure.bytes === bytes && !measure.isInstant && !isScaled(measure);

const UNITS: { readonly [unit: string]: Fits } = {
  s: plain(1, 0),
  decbytes: plain(0, 1),
  Bps: plain(-1, 1),
  bytes: plain(0, 1),
  percentunit: plain(0, 0),
  short: plain(0, 0),
  rowsps: plain(-1, 0),
  reqps: plain(-1, 0),
  ops: plain(-1, 0),
  cpm: ({ seconds, bytes, factor }) => seconds === -1 && bytes === 0 && factor === 60,
};

/** The unit of a query: its own, where its series have an axis of their own, else that of the panel. */
function unitOf({ fieldConfig }: PanelJson, { refId }: TargetJson): string | undefined {
  const own = fieldConfig?.overrides?.find(
    ({ matcher }) =>
      (matcher?.id === 'byFrameRefID' && matcher.options === refId) ||
      // In a table, the field of its values.
      (matcher?.id === 'byName' && matcher.options === `Value #${refId}`),
  );
  const unit = own?.properties?.find(({ id }) => id === 'unit')?.value;
  return typeof unit === 'string' ? unit : fieldConfig?.defaults?.unit;
}

const expressionOf = ({ expr = '' }: TargetJson, dashboard: DashboardJson): string =>
  substitute(expr, variableValues(dashboard));

/** Words for what is well, and for what is not: the first are green, the others never. */
const WELL = ['completed', 'enabled', 'enough', 'idle', 'none', 'ok', 'up', 'well'];
const ILL =
  'away critical disabled down failed failing gone high late low missed never old overdrawn short stale stopped stuck'.split(
    ' ',
  );

/** The states that a panel names, with their colours. */
const coloursOf = (panel: PanelJson): readonly (readonly [state: string, colour: string])[] => [
  ...mappedIn(panel),
  ...namedIn(panel),
];

/** In a table or a timeline: values are mapped to words and colours. */
const mappedIn = ({ fieldConfig }: PanelJson): readonly (readonly [state: string, colour: string])[] =>
  [
    fieldConfig?.defaults?.mappings,
    ...(fieldConfig?.overrides ?? []).flatMap(({ properties = [] }) =>
      properties.filter(({ id }) => id === 'mappings').map(({ value }) => value),
    ),
  ].flatMap((mappings) =>
    (
      (mappings ?? []) as readonly { options?: { [value: string]: { text?: string; color?: string } } }[]
    ).flatMap(({ options = {} }) =>
      Object.values(options).flatMap(({ text, color }) =>
        text === undefined || color === undefined ? [] : [[text, color] as const],
      ),
    ),
  );

const namedIn = ({ fieldConfig }: PanelJson): readonly (readonly [state: string, colour: string])[] =>
  (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties = [] }) => {
    const state = /(\w+)\W*$/.exec(String(matcher?.id === 'byRegexp' ? matcher.options : ''))?.[1];
    const colour = properties.find(({ id }) => id === 'color')?.value as
      | { readonly fixedColor?: string }
      | undefined;
    return state === undefined || colour?.fixedColor === undefined
      ? []
      : [[state, colour.fixedColor] as const];
  });

/** The longest range that a dashboard may open with: what rules look back over. */
const LONGEST_RANGE_DAYS = 35;
const DAYS: { readonly [unit: string]: number } = {
  s: 1 / 86_400,
  m: 1 / 1_440,
  h: 1 / 24,
  d: 1,
  w: 7,
  M: 30,
  y: 365,
};

export const meaningRules: readonly LintRule[] = [
  onTargets('target-measure', (target, panel, dashboard) => {
    const unit = unitOf(panel, target);
    const fits = UNITS[unit ?? ''];
    const measured = measure(expressionOf(target, dashboard));
    if (fits === undefined || measured === undefined || fits(measured)) return [];
    const factor = measured.factor === 1 ? '' : `, times ${measured.factor}`;
    return [`it gives ${measureText(measured)}${factor}, and is shown as "${unit}"`];
  }),
  onTargets('target-quantile', (target, _, dashboard) => {
    const { legendFormat = '' } = target;
    const computed = [
      ...expressionOf(target, dashboard).matchAll(/quantile(?:_over_time)?\s*\(\s*([\d.]+)/g),
    ].map(([, quantile]) => `p${Number((Number(quantile) * 100).toPrecision(6))}`);
    const named: readonly string[] = legendFormat.match(/\bp\d+(\.\d+)?\b/g) ?? [];
    return [
      ...named
        .filter((name) => !computed.includes(name))
        .map((name) => `the legend "${legendFormat}" names ${name}, which it does not compute`),
      ...computed
        .filter((name) => !named.includes(name))
        .map((name) => `it computes ${name}, and the legend "${legendFormat}" does not say so`),
    ];
  }),
  onPanels('panel-state-colour', (panel) =>
    coloursOf(panel).flatMap(([state, colour]) => [
      ...(WELL.includes(state) && colour !== 'green' ? [`"${state}" is ${colour}, and is well`] : []),
      ...(ILL.includes(state) && colour === 'green' ? [`"${state}" is green, and is not well`] : []),
    ]),
  ),
  onDashboard('dashboard-range', ({ time }) => {
    const [, count, unit = ''] = /^now-(\d+)([smhdwMy])(?:\/\w)?$/.exec(time?.from ?? '') ?? [];
    if (time === undefined) return [];
    if (count === undefined) return [`it opens with "${time.from}", which is no time before now`];
    return Number(count) * DAYS[unit]! > LONGEST_RANGE_DAYS
      ? [`it opens with ${time.from}: rules look back over ${LONGEST_RANGE_DAYS} days at most`]
      : [];
  }),
  onDashboard('marks-fire', ({ annotations }) =>
    (annotations?.list ?? [])
      .filter(({ expr = '' }) => /\bALERTS\b/.test(expr) && !/alertstate="firing"/.test(expr))
      .map(({ name }) => `the marks "${name}" show alerts that do not fire`),
  ),
];
