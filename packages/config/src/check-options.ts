import { anyObject, isObject, type OptionCheck } from './option-checks.ts';
import { optionError, Problems, pathOf } from './problems.ts';

/**
 * checkOptions checks an options object: every key must be known, and every given value valid.
 *
 * @param packageName without the scope, for the message
 * @param options the caller's options; `undefined` counts as an empty object
 * @param checks one check per option
 * @param required keys that must be given
 * @param path the position of the object in other options: `prices["gpt-5"]`
 * @throws ConfigurationError (`ERR_TRADEMETER_OPTION`) naming each wrong option, its value and what is allowed
 */
export function checkOptions(
  packageName: string,
  options: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
  required: readonly string[] = [],
  path?: string,
): void {
  if (options === undefined && required.length === 0) return;
  if (!isObject(options)) throw optionError(packageName, path ?? 'options', anyObject, options);
  const problems = new Problems(packageName);
  problems.checkKeys(path, options, Object.keys(checks));
  for (const [key, check] of Object.entries(checks)) {
    const value: unknown = Reflect.get(options, key);
    const isWrong = value === undefined ? required.includes(key) : !check.accepts(value);
    if (isWrong) problems.mustBe(pathOf(path, key), check, value);
  }
  problems.throwIfAny();
}
