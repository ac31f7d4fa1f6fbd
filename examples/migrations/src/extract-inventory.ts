import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Document, isScalar, visit } from 'yaml';
import { extractInventory, unclaimedNames } from './inventory/extract.ts';
import type { Inventory } from './inventory/inventory.ts';

const usage = `Usage: node src/extract-inventory.ts <folder>

Reads every Markdown or text document in the folder and writes, for each, what it defines (metrics, PromQL expressions,
environment variables, helpers, commands) to inventory/<system>.yaml. Fails when a document has a name that looks like
one of its metrics and was not understood as one.
`;

const [folder] = process.argv.slice(2);
if (folder === undefined || folder === '--help') {
  process.stdout.write(usage);
  process.exit(folder === undefined ? 2 : 0);
}

const output = join(import.meta.dirname, '..', 'inventory');
mkdirSync(output, { recursive: true });
let unclaimed = 0;
for (const file of readdirSync(folder)
  .filter((name) => /\.(?:md|txt)$/u.test(name))
  .toSorted()) {
  const markdown = readFileSync(join(folder, file), 'utf8');
  const inventory = extractInventory(file, markdown);
  for (const { name, line } of unclaimedNames(inventory, markdown)) {
    process.stderr.write(`${file}:${line}: ${name} looks like a metric and is not in the inventory\n`);
    unclaimed++;
  }
  writeFileSync(join(output, `${inventory.system}.yaml`), render(inventory));
  const { metrics, expressions } = inventory;
  process.stdout.write(`${inventory.system}: ${metrics.length} metrics, ${expressions.length} expressions\n`);
}
process.exitCode = unclaimed > 0 ? 1 : 0;

function render(inventory: Inventory): string {
  const head = '# Extracted by src/extract-inventory.ts; `line` is the line of the document. Do not edit.\n';
  const document = new Document(inventory);
  visit(document, {
    Seq(_, list) {
      if (list.items.every((item) => isScalar(item))) list.flow = true;
    },
  });
  return head + document.toString({ lineWidth: 120, flowCollectionPadding: false });
}
