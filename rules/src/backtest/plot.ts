import type { MethodReport } from './backtest.ts';
import { type Hours, isUnusual, type JudgeOptions } from './judge.ts';

const WIDTH = 960;
const HEIGHT = 240;
const MARGIN = 12;
/** The height of the row of marks of a method, below the line. */
const ROW = 18;

const COLORS = { z: '#b45309', robust: '#7c3aed', seasonal: '#0369a1' } as const;

/** A history as SVG that stands alone: what the metric was, what each method expected, and below it the hours that it took for unusual. */
export function plot(
  title: string,
  hours: Hours,
  reports: readonly MethodReport[],
  options: JudgeOptions = {},
): string {
  const values = hours.filter((hour) => hour !== undefined);
  const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const bottom = values.reduce((least, value) => Math.min(least, value), Math.min(0, top));
  const x = (i: number) => round(MARGIN + (i / Math.max(1, hours.length - 1)) * (WIDTH - 2 * MARGIN));
  const y = (value: number) => {
    const within = Math.min(top, Math.max(bottom, value));
    return round(2 * MARGIN + ((top - within) / (top - bottom || 1)) * (HEIGHT - 3 * MARGIN));
  };
  const line = (points: Hours) => {
    let isOpen = false;
    return points
      .map((value, i) => {
        if (value === undefined) {
          isOpen = false;
          return '';
        }
        const command = isOpen ? 'L' : 'M';
        isOpen = true;
        return `${command}${x(i)} ${y(value)}`;
      })
      .join('');
  };
  const height = HEIGHT + reports.length * ROW + MARGIN;
  const rows = reports.map(({ method, judgement }, row) => {
    const at = HEIGHT + row * ROW;
    const marks = judgement.flatMap((each, i) =>
      isUnusual(each, options) === true
        ? [`<rect x="${x(i)}" y="${at}" width="3" height="${ROW - 6}"/>`]
        : [],
    );
    return `<path d="${line(judgement.map(({ expected }) => expected))}" fill="none" stroke="${COLORS[method]}" stroke-opacity="0.5"/>
<g fill="${COLORS[method]}"><text x="${MARGIN}" y="${at + ROW - 8}">${method}</text>${marks.join('')}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="white"/>
<text x="${MARGIN}" y="${MARGIN + 4}">${escaped(title)}</text>
${rows.join('\n')}
<path d="${line(hours)}" fill="none" stroke="black"/>
</svg>
`;
}

const round = (value: number): number => Number(value.toFixed(1));

const escaped = (text: string): string =>
  // Characters that XML does not have, in no form.
  text
    .replaceAll(/[\p{Cc}\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
