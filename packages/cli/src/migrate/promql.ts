import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A selector in an expression: a series name and the labels of its matchers. */
export interface Selector {
  readonly series: string;
  readonly labels: readonly string[];
  /** The text of the selector, without a range or offset. */
  readonly text: string;
}

/**
 * Returns where an expression violates PromQL's grammar (Prometheus' own), or undefined if it parses.
 *
 * The grammar does not check types: `rate(up)` parses.
 */
export function syntaxError(expression: string): string | undefined {
  if (expression.trim() === '') return 'it is empty';
  let message: string | undefined;
  parser.parse(expression).iterate({
    enter(node) {
      if (!node.type.isError) return;
      message ??=
        node.from >= expression.length
          ? 'it ends too early'
          : `it does not parse at "${expression.slice(node.from, node.from + 20)}"`;
    },
  });
  return message;
}

/** Every selector of an expression, in order. */
export function selectorsOf(expression: string): Selector[] {
  const selectors: Selector[] = [];
  parser.parse(expression).iterate({
    enter({ node }) {
      if (node.name !== 'VectorSelector') return true;
      const text = expression.slice(node.from, node.to);
      const name = node.getChild('Identifier');
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const labels = matchers.map((matcher) => textOf(matcher.getChild('LabelName'), expression));
      const named = matchers.find((matcher) => textOf(matcher.getChild('LabelName'), expression) === '__name__');
      const series =
        name === null
          ? unquoted(textOf(named?.getChild('StringLiteral') ?? null, expression))
          : textOf(name, expression);
      selectors.push({ series, labels: labels.filter((label) => label !== '__name__'), text });
      return false;
    },
  });
  return selectors;
}

function textOf(node: SyntaxNode | null, expression: string): string {
  return node === null ? '' : expression.slice(node.from, node.to);
}

function unquoted(literal: string): string {
  return literal.slice(1, -1);
}
