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
    title: 'ranks in the same order',
    reason:
      'A table shows the ranks of states by nothing but their order, and a group is 1, so it is the same as long as each is above the one before.',
    isEqual: ({ before, after }) => isInSameOrder(before, after),
  },
  {
    title: 'a label that the other side puts on',
    reason:
      'What both sides have by all labels is met by that alone of the right side which has the label that the left side puts on.',
    isEqual: ({ before, after }) => isPutOn(before, after),
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

/** The state of what a thing is, in a table that says it in words: its rank, and what it is of. */
const RANK =
  /^label_replace\((-?\d+) \* group by (\([^)]*\) \([\s\S]*\)) ([+-]) (-?\d+), ("state", "[^"]*", "", "")\)$/;

/** Whether nothing but ranks of a table was changed, and they are in the same order all the same. */
function isInSameOrder(before: string, after: string): boolean {
  const [was, is] = [rankedIn(before), rankedIn(after)];
  const isRising = ({ ranks }: Ranked) => ranks.every((rank, i) => i === 0 || rank > ranks[i - 1]!);
  return was !== undefined && is !== undefined && was.rest === is.rest && isRising(was) && isRising(is);
}

/** A query for the rows of a table: the ranks of its states, and all the rest of it. */
interface Ranked {
  readonly ranks: readonly number[];
  readonly rest: string;
}

/** Undefined where that is not what is asked for. */
function rankedIn(expr: string): Ranked | undefined {
  const ranks: number[] = [];
  let rest = '';
  let at = 0;
  for (const { from, to } of alternativesOf(parser.parse(expr).topNode.firstChild)) {
    const [, factor, of = '', sign, rank, state = ''] = RANK.exec(expr.slice(from, to)) ?? [];
    if (factor === undefined) return undefined;
    ranks.push(Number(factor) + (sign === '+' ? 1 : -1) * Number(rank));
    rest += `${expr.slice(at, from)} ${of} ${state}`;
    at = to;
  }
  return ranks.length > 1 ? { ranks, rest: rest + expr.slice(at) } : undefined;
}

/** The sides of `or`, however many. */
const alternativesOf = (node: Node | null): Node[] => {
  if (node?.name !== 'BinaryExpr' || node.getChild('Or') === null) return node === null ? [] : [node];
  return [...alternativesOf(node.firstChild), ...alternativesOf(node.lastChild)];
};

/** What fires, beside since when: both by all labels, of which one is put on. */
const PUT_ON = /, "(\w+)", "(\w+)", "", ""\) and ALERTS\{([^}]*)\}/g;

const isPutOn = (before: string, after: string): boolean =>
  [...before.matchAll(PUT_ON)].some(({ 0: whole, 1: label, 2: value, 3: matchers = '', index }) => {
    const less = matchers
      .split(/,(?=\w+[=!])/)
      .filter((each) => each !== `${label}="${value}"`)
      .join(',');
    const became = whole.replace(`{${matchers}}`, `{${less}}`);
    return (
      less !== matchers && after === before.slice(0, index) + became + before.slice(index + whole.length)
    );
  });

/**
 * The same text for queries that give the same quantiles: an increase gives what a rate gives, as only how buckets compare matters. What was measured is above 0,
 * and what there is no quantile of (NaN) is compared with nothing.
 */
export const quantilesOf = (expr: string): string =>
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
export const LEVELS: ReadonlyMap<string, readonly string[]> = new Map(
  [
    ['job_name'],
    ['job_name', 'source'],
    ['layer'],
    ['layer', 'table'],
    ['dataset', 'layer'],
    ['dag_id'],
    ['pipeline_name'],
    ['queue'],
    ['collector'],
    ['collector', 'query'],
    ['scheduler'],
    ['job', 'http_route'],
    ['job', 'instance'],
    ['job', 'instance', 'mountpoint'],
  ].map((labels) => [labels.join('_'), labels]),
);
