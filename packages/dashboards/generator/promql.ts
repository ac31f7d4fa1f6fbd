import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A label matcher: `trading_venue=~"binance|kraken"`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A vector selector and what is around it. */
export interface Selector {
  /** Empty when it selects by labels alone. */
  readonly series: string;
  readonly matchers: readonly LabelMatcher[];
  /** The range in brackets, if there is one: `5m`. */
  readonly range: string | undefined;
  /** The function that it is given to directly, with its range if there is one. */
  readonly call: string | undefined;
}

/** Where an expression breaks PromQL's grammar, or undefined when it parses. The grammar knows nothing of types. */
export function syntaxError(expression: string): string | undefined {
  if (expression.trim() === '') return 'it is empty';
  let error: string | undefined;
  parser.parse(expression).iterate({
    enter({ type, from }) {
      if (type.isError) error ??= `it does not parse at ${JSON.stringify(expression.slice(from, from + 20))}`;
    },
  });
  return error;
}

/** Every selector of an expression, in order. */
export function selectorsOf(expression: string): Selector[] {
  const selectors: Selector[] = [];
  parser.parse(expression).iterate({
    enter({ node }) {
      if (node.name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      const outer = node.parent;
      const ranged = outer?.name === 'MatrixSelector' ? outer : undefined;
      selectors.push({
        series: textOf(node.getChild('Identifier'), expression),
        matchers: matchers.map((matcher) => ({
          label: textOf(matcher.getChild('LabelName'), expression),
          operator: textOf(matcher.getChild('MatchOp'), expression),
          value: JSON.parse(textOf(matcher.getChild('StringLiteral'), expression)) as string,
        })),
        range:
          ranged === undefined
            ? undefined
            : /\[(?<range>[^\]]+)\]$/u.exec(textOf(ranged, expression))?.groups?.['range'],
        call: callAround(ranged ?? node, expression),
      });
    },
  });
  return selectors;
}

/** The labels of every `by (…)`, `on (…)` and `group_left (…)`. */
export function groupingLabelsOf(expression: string): string[] {
  const labels: string[] = [];
  parser.parse(expression).iterate({
    enter({ node }) {
      if (node.name === 'LabelName' && node.parent?.name === 'GroupingLabels') labels.push(textOf(node, expression));
    },
  });
  return labels;
}

/** The quantiles of every `histogram_quantile(…)`, with the series that it reads. */
export function quantilesOf(expression: string): { readonly quantile: number; readonly series: string }[] {
  return [...expression.matchAll(/histogram_quantile\((?<quantile>[\d.]+), .*?(?<series>[a-z_]+)_bucket\{/gu)].map(
    ({ groups }) => ({ quantile: Number(groups?.['quantile']), series: groups?.['series'] ?? '' }),
  );
}

function callAround(node: SyntaxNode, expression: string): string | undefined {
  const body = node.parent;
  const call = body?.name === 'FunctionCallBody' ? body.parent : undefined;
  const name = call?.getChild('FunctionIdentifier') ?? null;
  return name === null ? undefined : textOf(name, expression);
}

function textOf(node: SyntaxNode | null, expression: string): string {
  return node === null ? '' : expression.slice(node.from, node.to);
}
