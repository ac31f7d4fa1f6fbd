import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { builtDashboards } from './dashboards.ts';

/** The schema files of grafana/grafana-foundation-sdk (its folder jsonschema) that dashboards are held to. */
const schemaFiles = { classic: 'dashboard.jsonschema.json', v2: 'dashboardv2.jsonschema.json' } as const;

/**
 * What Grafana's own JSON schemas refuse, a line each. The schemas are not part of this repository. Options of an annotation
 * may be anything in Grafana, but their schema says that each is an object: these are not looked at.
 */
export function schemaProblems(folder: string): string[] {
  return (['classic', 'v2'] as const).flatMap((kind) => {
    // that of v2 defines a dashboard, but does not say that it is one
    const schema = { ...readSchema(join(folder, schemaFiles[kind])), $ref: '#/definitions/Dashboard' };
    const validate = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } }).compile(schema);
    return builtDashboards.flatMap((dashboard) => {
      const value = kind === 'classic' ? dashboard.classic : (dashboard.v2 as { readonly spec: unknown }).spec;
      // as it is written: what is undefined is absent
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
