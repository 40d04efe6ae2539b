/** The two text formats of Prometheus. */
export type ExpositionFormat = 'text' | 'openmetrics';

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** One entry of an Accept header. */
interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/**
 * The format to answer an Accept header with: OpenMetrics 1.0 when the client ranks it above plain text, or equal and first;
 * else the text format, which every client reads. Never throws.
 */
export function negotiate(accept: string | undefined): ExpositionFormat {
  if (typeof accept !== 'string') return 'text';
  const ranges = accept.split(',').map(parseRange);
  const openMetrics = ranges.findIndex(acceptsOpenMetrics);
  if (openMetrics === -1) return 'text';
  const text = ranges.findIndex(
    ({ type, quality }) => quality > 0 && (type === 'text/plain' || type === 'text/*' || type === '*/*'),
  );
  const gap = ranges[openMetrics]!.quality - (ranges[text]?.quality ?? 0);
  return gap > 0 || (gap === 0 && openMetrics < text) ? 'openmetrics' : 'text';
}

function acceptsOpenMetrics({ type, version, quality }: MediaRange): boolean {
  return (
    type === 'application/openmetrics-text' && quality > 0 && (version === undefined || version === '1.0.0')
  );
}

function parseRange(range: string): MediaRange {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const parameter = (name: string) =>
    parameters.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1);
  const quality = Number(parameter('q') ?? 1);
  return {
    type,
    version: parameter('version')?.replaceAll('"', ''),
    quality: quality >= 0 && quality <= 1 ? quality : 0,
  };
}
