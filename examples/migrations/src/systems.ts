import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReadMapping, readMapping } from '@trademeter/cli/migrate';
import { parse } from 'yaml';
import type { Inventory } from './inventory/inventory.ts';

/** One source system as committed here: its metrics, the mapping, and the rules that bring the old names back. */
export interface SourceSystem extends ReadMapping {
  readonly name: string;
  readonly inventory: Inventory;
  /** The text of the committed rule file. */
  readonly rules: string;
  readonly rulesPath: string;
}

const folder = join(import.meta.dirname, '..');

/** The five systems, by name. */
export function sourceSystems(): SourceSystem[] {
  return readdirSync(join(folder, 'mappings')).map((file) => {
    const name = file.replace(/\.yaml$/u, '');
    const rulesPath = join(folder, 'rules', `${name}.yml`);
    return {
      name,
      inventory: parse(readFileSync(join(folder, 'inventory', file), 'utf8')) as Inventory,
      ...readMapping(readFileSync(join(folder, 'mappings', file), 'utf8'), file),
      rules: readFileSync(rulesPath, 'utf8'),
      rulesPath,
    };
  });
}
