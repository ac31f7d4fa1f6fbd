import type { DeclaredOption } from './declared-options.ts';
import { markdownTable } from './markdown-table.ts';

/**
 * A Markdown table of options. Environment variables have a column if most options have one, because their names are
 * long; else the meaning ends with them.
 */
export function optionTable(options: readonly DeclaredOption[]): string {
  const hasColumn = options.filter(({ variables }) => variables.length > 0).length > options.length / 2;
  return markdownTable([
    ['option', 'environment variable', 'default', 'meaning'],
    ...options.map((option) => [
      option.name === '' ? '' : `\`${option.name}\``,
      hasColumn ? codeList(option.variables) : '',
      option.isRequired ? 'required' : option.defaultValue,
      [option.meaning, allowedOf(option), hasColumn ? '' : variablesOf(option)].join(' ').trimEnd(),
    ]),
  ]);
}

/** The values of an option whose meaning does not have them. */
function allowedOf({ meaning, allowed, isList }: DeclaredOption): string {
  if (allowed.length < 2 || allowed.every((value) => meaning.includes(`\`${value}\``))) return '';
  return `${isList ? 'Any' : 'One'} of ${codeList(allowed)}.`;
}

function variablesOf({ variables }: DeclaredOption): string {
  return variables.length === 0 ? '' : `Variable${variables.length > 1 ? 's' : ''}: ${codeList(variables)}.`;
}

function codeList(values: readonly string[]): string {
  return values.map((value) => `\`${value}\``).join(', ');
}
