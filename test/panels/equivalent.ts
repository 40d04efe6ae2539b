import { parser } from '@prometheus-io/lezer-promql';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** A query before and after a change. */
export interface Asked {
  readonly before: string;
  readonly after: string;
}

/** Why nothing can tell some mutants of panels from the originals, by the form of the query. */
export interface Equivalence {
  /** The name of the proof. */
  readonly title: string;
  readonly reason: string;
  isEqual(asked: Asked): boolean;
}

export const EQUIVALENCES: readonly Equivalence[] = [
  {
    title: 'nothing divided by one',
    reason: 'A group is 1, so it is the same to multiply nothing by it and to divide nothing by it.',
    isEqual: ({ before, after }) =>
      before.replaceAll(/\b0 \* group\b/g, '0 / group') === after.replaceAll(/\b0 \* group\b/g, '0 / group'),
  },
  {
    title: 'a quantile knows no scale',
    reason:
      'It asks how buckets compare, so that an increase gives what a rate gives. What was measured is above 0, and what there is no quantile of (NaN) is compared with nothing.',
    isEqual: ({ before, after }) => quantilesOf(before) === quantilesOf(after),
  },
  {
    title: 'the one of one',
    reason:
      'A recorded series is one for each of the labels that its name begins with: its highest and its lowest by these is itself.',
    isEqual: ({ before, after }) => {
      const aggregation = changedAggregation(before, after);
      return aggregation !== undefined && isOneEach(aggregation, before);
    },
  },
];

/** The same text for queries that give the same quantiles. */
const quantilesOf = (expr: string): string =>
  expr.replaceAll(
    /histogram_quantile\((\S+), sum by (\([^)]*\)) \((?:rate|increase)\(([^()]*)\)\)\) (?:>= 0|>= -1|> 0)/g,
    (_, quantile: string, by: string, histogram: string) => `quantile(${quantile}, ${by}, ${histogram})`,
  );

/** The aggregation whose operator, max or min, is the only thing that was changed. */
function changedAggregation(before: string, after: string): Node | undefined {
  let from = 0;
  while (from < before.length && before[from] === after[from]) from++;
  let node: Node | null = parser.parse(before).resolve(from, 1);
  while (node !== null && node.name !== 'AggregateExpr') node = node.parent;
  if (node === null) return undefined;
  const operator = before.slice(node.from, node.from + 3);
  const other = { max: 'min', min: 'max' }[operator];
  return other !== undefined && before.slice(0, node.from) + other + before.slice(node.from + 3) === after
    ? node
    : undefined;
}

/** Whether all that is aggregated is recorded by no other labels than it is aggregated by. */
function isOneEach(aggregation: Node, expr: string): boolean {
  const labels = new Set<string>();
  const names: string[] = [];
  aggregation
    .getChild('AggregateModifier')
    ?.cursor()
    .iterate(({ name, from, to }) => {
      if (name === 'LabelName') labels.add(expr.slice(from, to));
    });
  aggregation.cursor().iterate(({ name, from, to }) => {
    if (name === 'Identifier') names.push(expr.slice(from, to));
  });
  return (
    names.length > 0 &&
    names.every(
      (name) => name.includes(':') && LEVELS.get(name.split(':')[0]!)?.every((each) => labels.has(each)),
    )
  );
}

/** The labels of the series whose names begin so. */
const LEVELS = new Map([
  ['job_name', ['job_name']],
  ['job_name_source', ['job_name', 'source']],
  ['layer', ['layer']],
  ['layer_table', ['layer', 'table']],
]);
