import { parser } from '@prometheus-io/lezer-promql';

/** A range of a range selector, and the function that reads it. */
export interface RangeRead {
  readonly fn: string;
  /** The text between the brackets. */
  readonly range: string;
}

/** A series that an expression reads. */
export interface SeriesRead {
  readonly metric: string;
  readonly labels: readonly string[];
  /** The functions round it, innermost first. */
  readonly within: readonly string[];
}

export interface ExpressionFacts {
  readonly syntaxErrors: number;
  readonly ranges: readonly RangeRead[];
  readonly series: readonly SeriesRead[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** What an expression says, for lint. Grafana's variables must have been replaced. */
export function readExpression(expr: string): ExpressionFacts {
  const text = ({ from, to }: { readonly from: number; readonly to: number }) => expr.slice(from, to);
  const around = (node: Node): string[] => {
    const names: string[] = [];
    for (let up = node.parent; up; up = up.parent) {
      const name = up.getChild('FunctionIdentifier');
      if (name) names.push(text(name));
    }
    return names;
  };
  let syntaxErrors = 0;
  const ranges: RangeRead[] = [];
  const series: SeriesRead[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, node }) => {
      if (type.isError) syntaxErrors += 1;
      if (type.name === 'MatrixSelector') {
        const selector = node.firstChild;
        const range = selector ? expr.slice(expr.indexOf('[', selector.to) + 1, node.to - 1) : '';
        ranges.push({ fn: around(node)[0] ?? '', range });
      }
      if (type.name === 'VectorSelector') {
        const metric = node.getChild('Identifier');
        const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
        series.push({
          metric: metric ? text(metric) : '',
          labels: matchers.flatMap((matcher) => matcher.getChildren('LabelName').map(text)),
          within: around(node),
        });
      }
    },
  });
  return { syntaxErrors, ranges, series };
}
