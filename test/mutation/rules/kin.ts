import { nameOf, type YamlRule } from '../../rules/rule.ts';
import { type Node, treeOf } from './tree.ts';

/** Where an expression names a metric, a recorded series or a label. */
const NAMES = new Set(['Identifier', 'LabelName']);
/** A value that a label is compared with: PromQL asks only whether it is the same, unless it is a number, as a bucket's bound is. */
const VALUE = /^(?![\d.+-])[\w-]*$/;
/** Several of them. */
const ALTERNATIVES = /^(?![\d.+-])[\w-]+(\|[\w-]+)*$/;

/**
 * A change of a rule as a text that is the same for the same change in a rule of the same text but for the names: those of metrics, recorded
 * series, labels and their values are numbered as they come, in the rule and then in what it became. Numbers, durations and patterns stay.
 * Labels that always stand together are one: a story of one label is a story of two, where the second always has the same value.
 */
export function kinOf(original: YamlRule, rule: YamlRule): string {
  const numbers = new Map<string, number>();
  const place = (name: string): string => {
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return `$${number}`;
  };
  const both = [original, rule];
  const repeated = repeatedLabels(both);
  return JSON.stringify(
    both.map((each) => {
      const { alert, record: _, expr, annotations: __, labels = {}, ...rest } = each;
      return [
        alert === undefined ? 'record' : 'alert',
        place(nameOf(each)),
        withPlaces(expr, place, repeated),
        Object.entries(labels).map(([name, value]) => [place(name), place(value)]),
        rest,
      ];
    }),
  );
}

/** The labels of which each stands in exactly those lists in which one before it does, and nowhere else. */
function repeatedLabels(rules: readonly YamlRule[]): ReadonlySet<string> {
  const lists = new Map<string, number[]>();
  const elsewhere = new Set(rules.flatMap(({ labels = {} }) => Object.keys(labels)));
  let list = 0;
  for (const { expr } of rules) {
    // A bucket's bound is a number to these functions, and no name.
    if (/\bhistogram_/.test(expr)) elsewhere.add('le');
    treeOf(expr).iterate({
      enter({ name, from, to, node }) {
        const text = expr.slice(from, to);
        if (name === 'GroupingLabels') list++;
        else if (name === 'StringLiteral') elsewhere.add(text.slice(1, -1));
        else if (name !== 'LabelName') return;
        else if (node.parent?.name !== 'GroupingLabels') elsewhere.add(text);
        else lists.set(text, [...(lists.get(text) ?? []), list]);
      },
    });
  }
  const firsts = new Map<string, string>();
  return new Set(
    [...lists].flatMap(([label, places]) => {
      if (elsewhere.has(label)) return [];
      const key = places.join();
      const isFirst = !firsts.has(key);
      if (isFirst) firsts.set(key, label);
      return isFirst ? [] : [label];
    }),
  );
}

function withPlaces(expr: string, place: (name: string) => string, repeated: ReadonlySet<string>): string {
  const parts: string[] = [];
  let from = 0;
  treeOf(expr).iterate({
    enter({ name, from: start, to, node }) {
      const text = expr.slice(start, to);
      const become = (placed: string): void => {
        parts.push(expr.slice(from, start), placed);
        from = to;
      };
      if (name === 'GroupingLabels') {
        const labels = node.getChildren('LabelName').map((label) => expr.slice(label.from, label.to));
        become(
          `(${labels
            .filter((label) => !repeated.has(label))
            .map(place)
            .toSorted()
            .join(', ')})`,
        );
        return false;
      }
      if (NAMES.has(name)) become(place(text));
      else if (name === 'StringLiteral' && node.parent?.name === 'UnquotedLabelMatcher')
        become(valueWithPlaces(text.slice(1, -1), node, place));
      return undefined;
    },
  });
  return [...parts, expr.slice(from)].join('').replaceAll(/\s+/g, ' ');
}

function valueWithPlaces(value: string, node: Node, place: (name: string) => string): string {
  const operator = node.parent!.getChild('MatchOp')!.firstChild!.name;
  const isPattern = operator.endsWith('Regex');
  if (!isPattern && VALUE.test(value)) return `"${place(value)}"`;
  if (isPattern && ALTERNATIVES.test(value)) return `"${value.split('|').map(place).join('|')}"`;
  return `"${value}"`;
}
