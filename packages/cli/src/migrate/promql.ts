import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A label matcher: `trading_venue=~"binance|kraken"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A selector in an expression. */
export interface Selector {
  /** The series name, also from `__name__="…"`; empty for a selector with labels only. */
  readonly series: string;
  /** The labels of its matchers, without `__name__`. */
  readonly labels: readonly string[];
  readonly matchers: readonly LabelMatcher[];
  /** The labels that the aggregations around it keep. */
  readonly groupedBy: readonly string[];
  /** The range in brackets, if any: `5m`. */
  readonly range: string | undefined;
  /** The function directly around it (and its range), if any: `rate`. */
  readonly call: string | undefined;
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
      if (node.name !== 'VectorSelector') return;
      const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map((matcher) => ({
        label: textOf(matcher.getChild('LabelName'), expression),
        operator: textOf(matcher.getChild('MatchOp'), expression),
        value: textOf(matcher.getChild('StringLiteral'), expression).slice(1, -1),
      }));
      const named = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
      selectors.push({
        series: textOf(node.getChild('Identifier'), expression) || (named?.value ?? ''),
        labels: matchers.map(({ label }) => label).filter((label) => label !== '__name__'),
        matchers,
        groupedBy: groupingsAround(node, expression),
        ...rangeAndCallAround(node, expression),
        text: expression.slice(node.from, node.to),
      });
    },
  });
  return selectors;
}

/** The labels of every `on (…)`. */
export function matchingLabelsOf(expression: string): string[] {
  const labels: string[] = [];
  parser.parse(expression).iterate({
    enter({ node }) {
      if (node.name === 'MatchingModifierClause') labels.push(...labelsIn(node, expression));
    },
  });
  return labels;
}

function rangeAndCallAround(selector: SyntaxNode, expression: string): Pick<Selector, 'range' | 'call'> {
  const matrix = selector.parent?.name === 'MatrixSelector' ? selector.parent : null;
  const body = (matrix ?? selector).parent;
  const call = body?.name === 'FunctionCallBody' ? (body.parent?.getChild('FunctionIdentifier') ?? null) : null;
  return {
    range: /\[(?<range>[^\]]+)\]$/u.exec(textOf(matrix, expression))?.groups?.['range'],
    call: call === null ? undefined : textOf(call, expression),
  };
}

function groupingsAround(selector: SyntaxNode, expression: string): string[] {
  const labels: string[] = [];
  for (let node = selector.parent; node !== null; node = node.parent) {
    if (node.name !== 'AggregateExpr') continue;
    const modifier = node.getChild('AggregateModifier');
    if (modifier !== null) labels.push(...labelsIn(modifier, expression));
  }
  return labels;
}

function labelsIn(node: SyntaxNode, expression: string): string[] {
  const labels = node.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
  return labels.map((label) => textOf(label, expression));
}

function textOf(node: SyntaxNode | null, expression: string): string {
  return node === null ? '' : expression.slice(node.from, node.to);
}
