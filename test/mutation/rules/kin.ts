import { parser } from '@prometheus-io/lezer-promql';
import { nameOf, type YamlRule } from '../../rules/rule.ts';

/** Where an expression names a metric, a recorded series or a label. */
const NAMES = new Set(['Identifier', 'LabelName']);
/** A value that a label is compared with: PromQL asks only whether it is the same, unless it is a number, as a bucket's bound is. */
const VALUE = /^(?![\d.+-])[\w-]*$/;
/** Several of them. */
const ALTERNATIVES = /^(?![\d.+-])[\w-]+(\|[\w-]+)*$/;

/**
 * A change of a rule as a text that is the same for the same change in a rule of the same text but for the names: those of metrics, recorded
 * series, labels and their values are numbered as they come, in the rule and then in what it became. Numbers, durations and patterns stay.
 */
export function kinOf(original: YamlRule, rule: YamlRule): string {
  const numbers = new Map<string, number>();
  const place = (name: string): string => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return `$${number}`;
  };
  return JSON.stringify(
    [original, rule].map((each) => {
      const { alert, record: _, expr, annotations: __, labels = {}, ...rest } = each;
      return [
        alert === undefined ? 'record' : 'alert',
        place(nameOf(each)),
        withPlaces(expr, place),
        Object.entries(labels).map(([name, value]) => [place(name), place(value)]),
        rest,
      ];
    }),
  );
}

function withPlaces(expr: string, place: (name: string) => string): string {
  const parts: string[] = [];
  let from = 0;
  parser.parse(expr).iterate({
    enter({ name, from: start, to, node }) {
      const isName = NAMES.has(name);
      const isValue = name === 'StringLiteral' && node.parent?.name === 'UnquotedLabelMatcher';
      if (!isName && !isValue) return;
      const text = expr.slice(start, to);
      parts.push(
        expr.slice(from, start),
        isName ? place(text) : valueWithPlaces(text.slice(1, -1), node, place),
      );
      from = to;
    },
  });
  return [...parts, expr.slice(from)].join('').replaceAll(/\s+/g, ' ');
}

type Node = ReturnType<typeof parser.parse>['topNode'];

function valueWithPlaces(value: string, node: Node, place: (name: string) => string): string {
  const operator = node.parent!.getChild('MatchOp')!.firstChild!.name;
  const isPattern = operator.endsWith('Regex');
  if (!isPattern && VALUE.test(value)) return `"${place(value)}"`;
  if (isPattern && ALTERNATIVES.test(value)) return `"${value.split('|').map(place).join('|')}"`;
  return `"${value}"`;
}
