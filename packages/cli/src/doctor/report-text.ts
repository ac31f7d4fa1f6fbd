import type { Finding, Report } from './finding.ts';

const marks: Readonly<Record<Finding['status'], string>> = { ok: '✓', note: '!', problem: '✕' };
const mostFamilies = 10;

/** Renders a report: one line for each finding, advice below it, and the largest families. */
export function reportText({ url, findings, cardinality }: Report): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = [url];
  for (const { check, status, summary, advice } of findings) {
    lines.push(`  ${marks[status]} ${check.padEnd(width)}  ${summary}`);
    if (advice !== undefined) lines.push(`    ${' '.repeat(width)}  → ${advice}`);
  }
  if (cardinality.length > 0) {
    const shown = cardinality.slice(0, mostFamilies);
    const digits = Math.max(...shown.map(({ series }) => String(series).length));
    lines.push('', '  series by metric, and the labels that have the most values');
    for (const { family, series, labels } of shown) {
      const drivers = labels.slice(0, 3).map(({ label, values }) => `${label} ${values}`);
      lines.push(
        `  ${String(series).padStart(digits)}  ${family}${drivers.length === 0 ? '' : `  (${drivers.join(', ')})`}`,
      );
    }
    if (cardinality.length > mostFamilies) lines.push(`  … and ${cardinality.length - mostFamilies} more metrics`);
  }
  return `${lines.map(withoutControls).join('\n')}\n`;
}

/** Names and values come from the bot: an escape code in them must not reach the terminal. */
function withoutControls(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}
