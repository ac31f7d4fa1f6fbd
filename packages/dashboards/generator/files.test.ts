import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { boards } from '@trademeter/view/panels';
import { expect, test } from 'vitest';
import { dashboards } from '../src/index.ts';
import { generatedFiles } from './files.ts';

const packageFolder = join(import.meta.dirname, '..');

test('the files are up to date with the panels', () => {
  const files = generatedFiles();
  for (const [path, text] of Object.entries(files)) {
    expect(readFileSync(join(packageFolder, path), 'utf8') === text, `${path} is stale, run pnpm generate`).toBe(true);
  }
  const committed = globSync('json/**/*.json', { cwd: packageFolder });
  expect(committed.toSorted()).toEqual(
    Object.keys(files)
      .filter((path) => path.startsWith('json/'))
      .toSorted(),
  );
});

test('the index lists every board, with both of its files', () => {
  expect(dashboards.map(({ id, kind }) => [id, kind])).toEqual(boards.map(({ id, kind }) => [id, kind]));
  for (const { classic, v2 } of dashboards) {
    expect(existsSync(classic)).toBe(true);
    expect(existsSync(v2)).toBe(true);
  }
});

test.each(dashboards)('$id has the same content in both schemas', ({ uid, title, classic, v2 }) => {
  const old = JSON.parse(readFileSync(classic, 'utf8')) as {
    readonly uid: string;
    readonly title: string;
    readonly panels: readonly ClassicPanel[];
    readonly templating: { readonly list: readonly { readonly name: string }[] };
  };
  const resource = JSON.parse(readFileSync(v2, 'utf8')) as {
    readonly apiVersion: string;
    readonly metadata: { readonly name: string };
    readonly spec: {
      readonly title: string;
      readonly elements: Readonly<Record<string, V2Panel>>;
      readonly variables: readonly { readonly spec: { readonly name: string } }[];
    };
  };
  expect([old.uid, resource.metadata.name]).toEqual([uid, uid]);
  expect(resource.apiVersion).toBe('dashboard.grafana.app/v2');
  expect(old.title).toBe(`Trading bot / ${title}`);
  expect(resource.spec.title).toBe(old.title);
  expect(resource.spec.variables.map(({ spec }) => spec.name)).toEqual(old.templating.list.map(({ name }) => name));

  const panels = old.panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
  expect(
    Object.values(resource.spec.elements).map(({ spec }) => ({
      title: spec.title,
      type: spec.vizConfig.group,
      queries: spec.data.spec.queries.map((query) => query.spec.query.spec.expr),
      fieldConfig: spec.vizConfig.spec.fieldConfig,
    })),
  ).toEqual(
    panels.map((panel) => ({
      title: panel.title,
      type: panel.type,
      queries: (panel.targets ?? []).map(({ expr }) => expr),
      fieldConfig: panel.fieldConfig,
    })),
  );
});

test.each(dashboards)('$id links to the others, keeps variables and time, and marks breaker trips', ({ classic }) => {
  const { tags, links, annotations } = JSON.parse(readFileSync(classic, 'utf8')) as {
    readonly tags: readonly string[];
    readonly links: readonly object[];
    readonly annotations: { readonly list: readonly { readonly expr?: string; readonly enable: boolean }[] };
  };
  expect(tags).toContain('trademeter');
  expect(links).toEqual([
    expect.objectContaining({ type: 'dashboards', tags: ['trademeter'], includeVars: true, keepTime: true }),
  ]);
  expect(annotations.list).toEqual([
    expect.objectContaining({ enable: true, expr: expect.stringContaining('trading_breaker_trips_total') }),
  ]);
});

test('panels of a dashboard do not overlap, and fill the width', () => {
  for (const { id, classic } of dashboards) {
    const { panels } = JSON.parse(readFileSync(classic, 'utf8')) as { readonly panels: readonly ClassicPanel[] };
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.get(`${x} ${y}`), `${title} of ${id}`).toBeUndefined();
          taken.set(`${x} ${y}`, title);
        }
      }
    }
    const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect(taken.size, id).toBe(24 * height);
  }
});

interface ClassicPanel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
  readonly fieldConfig?: unknown;
  readonly panels?: readonly ClassicPanel[];
}

interface V2Panel {
  readonly spec: {
    readonly title: string;
    readonly vizConfig: { readonly group: string; readonly spec: { readonly fieldConfig: unknown } };
    readonly data: {
      readonly spec: {
        readonly queries: readonly {
          readonly spec: { readonly query: { readonly spec: { readonly expr: string } } };
        }[];
      };
    };
  };
}
