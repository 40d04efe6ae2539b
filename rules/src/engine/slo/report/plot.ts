import { BUDGET_POLICY } from '../policy.ts';
import type { Figures } from './figures.ts';
import type { Period } from './period.ts';
import { burnDownText, dayText, share } from './words.ts';

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 56;
const BOTTOM = 24;
const TOP = 8;

/** A gap in the data of this many steps is drawn as one. */
const GAP_STEPS = 2;

/** What was left of a budget over the period, as SVG that stands alone: no scripts, no links, colours from the page. `id` must be unique on the page. */
export function burnDownPlot(figures: Figures, period: Period, id: string): string {
  const { burnDown } = figures;
  const values = burnDown.map(({ value }) => value);
  const top = Math.max(1, ...values);
  const bottom = Math.min(0, ...values);
  const x = (time: number) => LEFT + ((time - period.start) / (period.end - period.start)) * (WIDTH - LEFT);
  const y = (value: number) => TOP + ((top - value) / (top - bottom || 1)) * (HEIGHT - TOP - BOTTOM);
  const edges = [1, ...BUDGET_POLICY.map(({ from }) => from)].filter(
    (edge) => Number.isFinite(edge) && edge >= bottom && edge <= top,
  );
  const ticks = bottom < -0.25 ? [...edges.filter((edge) => edge === 0 || edge === 1), bottom] : edges;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">Error budget left</title>
<desc id="${id}-text">${burnDownText(figures)}</desc>
${ticks.map((tick) => tickAt(tick, y(tick))).join('\n')}
${period.dayEnds.map((end) => dayAt(end, x(end), period)).join('\n')}
<path class="line" d="${path(burnDown, period.step, x, y)}"/>
</svg>`;
}

const round = (value: number): number => Number(value.toFixed(1));

const tickAt = (value: number, y: number): string =>
  `<line class="${value === 0 ? 'zero' : 'grid'}" x1="${LEFT}" x2="${WIDTH}" y1="${round(y)}" y2="${round(y)}"/>` +
  `<text x="${LEFT - 6}" y="${round(y + 4)}" text-anchor="end">${share(Number(value.toFixed(3)))}</text>`;

/** Seven dates fit below the axis. */
const DATES = 7;

function dayAt(end: number, x: number, { dayEnds, start, end: last }: Period): string {
  const every = Math.ceil(dayEnds.length / DATES);
  const index = dayEnds.indexOf(end);
  const label = dayEnds.length === 1 ? '' : dayText(Math.floor(end / 86_400) * 86_400).slice(5);
  const width = ((last - start) / dayEnds.length / (last - start)) * (WIDTH - LEFT);
  return index % every !== 0
    ? ''
    : `<text x="${round(x - width / 2)}" y="${HEIGHT - 6}" text-anchor="middle">${label}</text>`;
}

function path(
  points: Figures['burnDown'],
  step: number,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  let before = Number.NEGATIVE_INFINITY;
  return points
    .map(({ time, value }) => {
      const command = time - before > GAP_STEPS * step ? 'M' : 'L';
      before = time;
      return `${command}${round(x(time))} ${round(y(value))}`;
    })
    .join('');
}
