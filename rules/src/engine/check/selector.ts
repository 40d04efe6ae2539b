import { type ParsedQuery, type SyntaxNode, textOf } from './tree.ts';

/** One `label="value"` of a selector. */
export interface Matcher {
  readonly node: SyntaxNode;
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** The metric that a selector names, and its matchers. */
export interface ParsedSelector {
  readonly metric: string | undefined;
  readonly matchers: readonly Matcher[];
}

export function selectorOf(query: ParsedQuery, node: SyntaxNode): ParsedSelector {
  const name = node.getChild('Identifier');
  const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).flatMap(
    (matcher): Matcher[] => {
      const [label, operator, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) =>
        matcher.getChild(part),
      );
      if (!label || !operator || !value) return [];
      return [
        {
          node: matcher,
          label: textOf(query, label),
          operator: textOf(query, operator) as Matcher['operator'],
          value: stringValue(textOf(query, value)),
        },
      ];
    },
  );
  const byName = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
  return {
    metric: name === null ? byName?.value : textOf(query, name),
    matchers: matchers.filter(({ label }) => label !== '__name__'),
  };
}

/** The text that a string literal stands for. */
export function stringValue(literal: string): string {
  const inner = literal.slice(1, -1);
  return literal.startsWith('`') ? inner : inner.replaceAll(/\\(.)/g, '$1');
}
