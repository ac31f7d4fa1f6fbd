import { definedMetrics } from './defined-metrics.ts';
import { documentLines, inlineCode, type Line } from './document.ts';
import { type Inventory, seriesNames } from './inventory.ts';
import { printedExpressions } from './printed-expressions.ts';
import { commands, environment, helpers, integrations, scrapeJobs, settings } from './surroundings.ts';

/** Reads one document. Its file name is a number, the system's name and an ending: `004_some-bot.txt`. */
export function extractInventory(document: string, markdown: string): Inventory {
  const lines = documentLines(markdown);
  const expressions = printedExpressions(lines);
  const inventory = {
    system: document.replace(/^\d+_/u, '').replace(/\.\w+$/u, ''),
    document,
    metrics: definedMetrics(lines, expressions),
    expressions,
    environment: environment(lines),
    settings: settings(lines),
    helpers: helpers(lines),
    integrations: integrations(lines),
    commands: commands(lines),
    scrapeJobs: scrapeJobs(lines),
  };
  return inventory;
}

/**
 * Names that look like a metric of this system and that the inventory lacks: those with the prefix that all its metrics
 * share, and, where they share none, inline code that ends as metrics do.
 */
export function unclaimedNames(inventory: Inventory, markdown: string): { name: string; line: number }[] {
  const known = new Set(
    inventory.metrics.flatMap((metric) => [metric.name, metric.written ?? metric.name, ...seriesNames(metric)]),
  );
  const prefix = commonPrefix(inventory.metrics.map(({ name }) => name));
  const candidates = (line: Line): string[] => {
    if (prefix !== '')
      return (
        line.text.match(
          new RegExp(`(?<![\\w./-])${prefix}[a-z0-9_]*[a-z0-9](?![\\w./-]*\\.(?:py|sh|ya?ml|json))`, 'gu'),
        ) ?? []
      );
    const ending =
      /^[a-z0-9]+_[a-z0-9_]*(?:total|seconds|ms|bytes|percent|pct|ratio|rate|count|usd|status|score|value|pnl)$/u;
    return inlineCode(line.fence === undefined ? line.text : '').filter((code) => ending.test(code));
  };
  return documentLines(markdown).flatMap((line) =>
    candidates(line)
      .filter((name) => !known.has(name))
      .map((name) => ({ name, line: line.number })),
  );
}

/** The shared beginning of names, up to and with an underscore. */
function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names;
  let length = first.length;
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, first.slice(0, length).lastIndexOf('_') + 1);
}
