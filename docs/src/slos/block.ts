import { type Query, renderScoped } from '@sightglass/rules';

/** An expression as it is pasted into Prometheus. */
export const promqlBlock = (query: Query): string => `\`\`\`promql\n${renderScoped(query)}\n\`\`\`\n`;

/** A number with as many digits as people compare: 8.64, 71.4, 14.4. */
export const figure = (value: number): string => String(Number(value.toPrecision(3)));

/** `0.95` as `95 %`, with three digits behind the point at most. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(3))} %`;

/** As GitHub makes the anchor of a heading. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
