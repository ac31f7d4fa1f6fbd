import type { DeclaredOption } from './declared-options.ts';
import { markdownTable } from './markdown-table.ts';

// A longer name leaves too little room for the meaning.
const mostInColumn = 40;

/**
 * A Markdown table of options, or of the members of a handle. Environment variables have a column if most options have
 * one and their names are short; else the meaning ends with them. The name of a variable without an option is in the
 * first column. An error that all methods throw is below the table.
 */
export function optionTable(options: readonly DeclaredOption[]): string {
  const hasOptions = options.some(({ kind }) => kind !== 'variable');
  const isShort = options.every(({ variables }) => variables.every(({ length }) => length <= mostInColumn));
  const isUsual = options.filter(({ variables }) => variables.length > 0).length > options.length / 2;
  const hasColumn = hasOptions && isShort && isUsual;
  const commonError = commonErrorOf(options);
  const table = markdownTable([
    [titleOf(options), hasOptions ? 'environment variable' : '', 'default', 'allowed', 'meaning'],
    ...options.map((option) => {
      const isVariable = option.kind === 'variable' && !hasColumn;
      return [
        codeList(isVariable ? option.variables : [option.name]),
        hasColumn ? codeList(option.variables) : '',
        option.isRequired ? 'required' : option.defaultValue,
        option.range ?? '',
        [
          option.meaning,
          ...(commonError === undefined ? (option.errors ?? []).map((error) => `Throws ${error}.`) : []),
          allowedOf(option),
          isVariable || hasColumn ? '' : variablesOf(option),
        ]
          .filter((text) => text !== '')
          .join(' '),
      ];
    }),
  ]);
  return commonError === undefined
    ? table
    : `${table}\nEach throws a \`${commonError}\` if its arguments do not fit.\n`;
}

/** The error that each of at least three methods throws. */
function commonErrorOf(options: readonly DeclaredOption[]): string | undefined {
  const [first, ...others] = options.map(({ errors = [] }) =>
    errors.length === 1 ? errors[0]?.split(' ')[0] : undefined,
  );
  return others.length > 1 && others.every((name) => name === first) ? first : undefined;
}

function titleOf(options: readonly DeclaredOption[]): string {
  const kinds = new Set(options.map(({ kind }) => kind));
  if (kinds.has('option')) return 'option';
  if (kinds.has('variable')) return 'environment variable';
  // no verb throws
  const hasErrors = options.some(({ errors = [] }) => errors.length > 0);
  return kinds.has('property') || hasErrors ? 'member' : 'verb';
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
  return values.flatMap((value) => (value === '' ? [] : [`\`${value}\``])).join(', ');
}
