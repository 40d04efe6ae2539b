/** One line of the table: what was compared, the figure that came out, and the floor of the design. */
export interface Row {
  readonly work: string;
  readonly against: string;
  readonly ours: number;
  readonly theirs: number;
  readonly unit: string;
  /** What `ratio` is, and how the floor reads: how many times faster, at least; how many times theirs, at most; or our own figure, at most. */
  readonly sense: 'times faster' | 'times theirs' | 'figure';
  readonly ratio: number;
  /** Absent where the figure is for information. */
  readonly floor: number | undefined;
  readonly met: boolean | undefined;
}

export function row(given: Omit<Row, 'ratio' | 'met'>): Row {
  const { ours, theirs, sense, floor } = given;
  const ratio = sense === 'times faster' ? theirs / ours : sense === 'times theirs' ? ours / theirs : ours;
  const met = floor === undefined ? undefined : sense === 'times faster' ? ratio >= floor : ratio <= floor;
  return { ...given, ratio, met };
}

/** The rows as a Markdown table. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ work, against, ours, theirs, unit, sense, ratio, floor, met }) => {
    const mark = sense === 'figure' ? ` ${unit}` : '×';
    return [
      work,
      against,
      `${figure(ours)} ${unit}`,
      `${figure(theirs)} ${unit}`,
      sense === 'figure' ? '' : `${figure(ratio)}${mark}`,
      floor === undefined ? '' : `${sense === 'times faster' ? '≥' : '≤'} ${floor}${mark}`,
      met === undefined ? '' : met ? 'met' : '**missed**',
    ];
  });
  const all = [['work', 'against', 'Sightglass', 'theirs', 'ratio', 'floor', ''], ...cells];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  const lines = all.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

function figure(value: number): string {
  if (value === 0 || value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
