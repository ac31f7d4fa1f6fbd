import { fencedBlocks, inlineCode, type Line } from './document.ts';
import type { PrintedExpression } from './inventory.ts';

/** Every PromQL expression that a document prints: panels, alert and recording rules, query lists, query URLs. */
export function printedExpressions(lines: readonly Line[]): PrintedExpression[] {
  const expressions = [...panels(lines), ...rules(lines), ...queries(lines), ...queryUrls(lines), ...alertLists(lines)];
  return expressions.toSorted((a, b) => a.line - b.line);
}

/** `1. **Title**: expr, expr (grouped by label)` below `**Panels**`. */
function panels(lines: readonly Line[]): PrintedExpression[] {
  return lines.flatMap((line) => {
    if (line.fence !== undefined || !/^\d+\.\s+\*\*[^*]+\*\*.*:\s+`/u.test(line.text)) return [];
    const grouping = /\(grouped by (\w+)\)/u.exec(line.text)?.[1];
    return inlineCode(line.text).flatMap((expression): PrintedExpression[] => [
      { expression, kind: 'panel', line: line.number },
      ...(grouping === undefined
        ? []
        : [{ expression: `sum by (${grouping}) (${expression})`, kind: 'panel' as const, line: line.number }]),
    ]);
  });
}

/** `expr: …` in a rule file. */
function rules(lines: readonly Line[]): PrintedExpression[] {
  return lines.flatMap((line) => {
    const expression = line.fence === undefined ? undefined : /^\s*-?\s*expr:\s*(.+?)\s*$/u.exec(line.text)?.[1];
    return expression === undefined ? [] : { expression, kind: 'alert', line: line.number };
  });
}

/** Fenced blocks of PromQL, one expression a paragraph. */
function queries(lines: readonly Line[]): PrintedExpression[] {
  return fencedBlocks(lines, 'promql').flatMap((block) => {
    const paragraphs: Line[][] = [[]];
    for (const line of block.lines) {
      if (/^\s*(#.*)?$/u.test(line.text)) paragraphs.push([]);
      else paragraphs.at(-1)?.push(line);
    }
    return paragraphs.flatMap((paragraph) => {
      const [first] = paragraph;
      const expression = paragraph.map(({ text }) => text.trim()).join(' ');
      return first === undefined ? [] : { expression, kind: 'query' as const, line: first.number };
    });
  });
}

/** `…/api/v1/query?query=…`. */
function queryUrls(lines: readonly Line[]): PrintedExpression[] {
  return lines.flatMap((line) =>
    [...line.text.matchAll(/\/api\/v1\/query\?query=([^'"\s&]+)/gu)].map(([, query]) => ({
      expression: decodeURIComponent(query ?? ''),
      kind: 'query' as const,
      line: line.number,
    })),
  );
}

/** Conditions in a list below a heading on alerting. */
function alertLists(lines: readonly Line[]): PrintedExpression[] {
  return lines.flatMap((line) => {
    if (line.fence !== undefined || !/alert/iu.test(line.headings.at(-1) ?? '')) return [];
    const expression = /^\s*[-*]\s+`([^`]+)`/u.exec(line.text)?.[1];
    return expression === undefined ? [] : { expression, kind: 'alert', line: line.number };
  });
}
