import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertGroup } from '../src/index.ts';

/** The parts of every alert's section, in this order. */
const parts = ['**Means.** ', '**Look at.** ', '**Do.** '];

/** Lists what the runbooks lack, one sentence each: every alert needs a section with all parts. */
export function runbookProblems(groups: readonly AlertGroup[], folder: string): string[] {
  return groups.flatMap(({ name, alerts }) => {
    const file = join(folder, `${name}.md`);
    const sections = existsSync(file) ? sectionsOf(readFileSync(file, 'utf8')) : new Map<string, string>();
    const unknown = [...sections.keys()].filter((heading) => !alerts.some((alert) => alert.name === heading));
    return [
      ...alerts.flatMap((alert) => {
        const section = sections.get(alert.name);
        if (section === undefined) return [`docs/runbooks/${name}.md has no section ${alert.name}`];
        const positions = parts.map((part) => section.indexOf(part));
        const isComplete = positions.every((position, index) => position > (positions[index - 1] ?? -1));
        return isComplete
          ? []
          : [`${alert.name} in docs/runbooks/${name}.md must have ${parts.join('and ')}in this order`];
      }),
      ...unknown.map(
        (heading) => `docs/runbooks/${name}.md has the section ${heading}, which is not an alert of this group`,
      ),
    ];
  });
}

/** The text below each second-level heading. */
function sectionsOf(markdown: string): Map<string, string> {
  return new Map(
    markdown
      .split(/^## /mu)
      .slice(1)
      .map((section) => {
        const end = section.indexOf('\n');
        return [section.slice(0, end).trim(), section.slice(end)] as const;
      }),
  );
}
