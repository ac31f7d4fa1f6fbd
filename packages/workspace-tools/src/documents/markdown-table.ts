/** A Markdown table with its head in the first row, padded as the formatter pads it. Columns without content are dropped. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const columns = head.flatMap((title, column) => {
    if (body.every((row) => (row[column] ?? '') === '')) return [];
    const cells = [title, ...body.map((row) => row[column] ?? '')].map(escaped);
    const width = Math.max(3, ...cells.map(({ length }) => length));
    const [first = '', ...others] = cells.map((cell) => cell.padEnd(width));
    return [[first, '-'.repeat(width), ...others]];
  });
  const lines = Array.from({ length: rows.length + 1 }, (_, index) =>
    columns.map((column) => column[index]).join(' | '),
  );
  return lines.map((line) => `| ${line} |\n`).join('');
}

function escaped(cell: string): string {
  return cell.replaceAll(/\s+/gu, ' ').replaceAll(/(?<!\\)\|/gu, '\\|');
}
