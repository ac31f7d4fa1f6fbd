import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ModelFiles } from './model.ts';

/**
 * Returns the violations of Weaver's published JSON schema for definition/2, one line each. The manifest is not checked:
 * Weaver's schema describes its `schema_url` as an object, but its documentation and its program use a string.
 *
 * @param path a copy of schemas/semconv.schema.v2.json of github.com/open-telemetry/weaver
 */
export function weaverProblems(files: ModelFiles, path: string): string[] {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, formats: { int64: true, double: true } });
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));
  return Object.entries(files).flatMap(([name, content]) => {
    if (name === 'manifest.yaml' || validate(content)) return [];
    return (validate.errors ?? []).map((error) => `${name}: ${error.instancePath} ${error.message}`);
  });
}
