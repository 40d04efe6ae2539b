/** A place on Grafana's grid: 24 columns, rows without end. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const COLUMNS = 24;

/** Places boxes left to right in rows, each row as high as its highest box. A box that is wider than a row throws. */
export function flow(boxes: readonly { readonly width: number; readonly height: number }[]): Place[] {
  let x = 0;
  let y = 0;
  let rowHeight = 0;
  return boxes.map(({ width, height }) => {
    if (!(width > 0 && width <= COLUMNS && height > 0)) {
      throw new RangeError(`A panel of ${width} by ${height} does not fit a grid of ${COLUMNS} columns`);
    }
    if (x + width > COLUMNS) {
      x = 0;
      y += rowHeight;
      rowHeight = 0;
    }
    const place = { x, y, w: width, h: height };
    x += width;
    rowHeight = Math.max(rowHeight, height);
    return place;
  });
}
