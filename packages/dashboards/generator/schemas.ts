import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { builtDashboards } from './dashboards.ts';

/** The schema files of grafana/grafana-foundation-sdk (folder jsonschema) for validation. */
const schemaFiles = { classic: 'dashboard.jsonschema.json', v2: 'dashboardv2.jsonschema.json' } as const;

/**
 * Validates the dashboards against Grafana's own JSON schemas, which are not part of this repository, and returns a
 * line for each error. Options of annotations are skipped: Grafana allows any value, but the schema requires objects.
 */
export function schemaProblems(folder: string): string[] {
  return (['classic', 'v2'] as const).flatMap((kind) => {
    // the v2 schema defines a dashboard, but does not require one at the root
    const schema = { ...readSchema(join(folder, schemaFiles[kind])), $ref: '#/definitions/Dashboard' };
    const validate = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } }).compile(schema);
    return builtDashboards.flatMap((dashboard) => {
      const value = kind === 'classic' ? dashboard.classic : (dashboard.v2 as { readonly spec: unknown }).spec;
      // as in the file, undefined values are absent
      if (validate(JSON.parse(JSON.stringify(value)))) return [];
      return (validate.errors ?? [])
        .filter(({ instancePath }) => !instancePath.includes('/legacyOptions/'))
        .map(
          ({ instancePath, message, params }) =>
            `${kind} ${dashboard.board.id} ${instancePath} ${message} ${JSON.stringify(params)}`,
        );
    });
  });
}

function readSchema(file: string): object {
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}
