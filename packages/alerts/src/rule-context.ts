import { ATTR_TRADING_MODE } from '@trademeter/semantic-conventions';
import {
  type AlertParameters,
  type ThresholdDefinition,
  type ThresholdName,
  type Thresholds,
  thresholdDefinitions,
} from './parameters.ts';
import { label } from './series.ts';

/** Helpers and parameters for the definitions of rules. */
export interface RuleContext {
  readonly thresholds: Thresholds;
  /** The bot's labels and the given attributes, for `by (…)`. */
  readonly by: (...attributes: readonly string[]) => string;
  /** The labels that all bots of a job share. */
  readonly byJob: string;
  /** A template for the name of the bot. */
  readonly bot: string;
  /** A template for the job of a bot. */
  readonly job: string;
  /**
   * Drops bots that trade in an ignored mode. It does not need target_info: bots without it have alerts too, which a
   * join would silence.
   */
  readonly withoutModes: (expression: string) => string;
  /** A threshold as texts show it: `10%`, `5m`. */
  readonly show: (name: ThresholdName) => string;
}

/** @throws nothing: the parameters are checked */
export function createRuleContext({ thresholds, botLabels, ignoredModes }: AlertParameters): RuleContext {
  const jobLabels = botLabels.filter((name) => name !== 'instance');
  const byJob = jobLabels.length === 0 ? botLabels : jobLabels;
  return {
    thresholds,
    by: (...attributes) => [...botLabels, ...attributes.map(label)].join(', '),
    byJob: byJob.join(', '),
    bot: botLabels.map(labelTemplate).join('/'),
    job: byJob.map(labelTemplate).join('/'),
    withoutModes: (expression) => {
      if (ignoredModes.length === 0) return expression;
      const info = `target_info{${label(ATTR_TRADING_MODE)}=~"${ignoredModes.join('|')}"}`;
      return `(\n${expression.replace(/^/gmu, '  ')}\n)\nunless on (${botLabels.join(', ')}) ${info}`;
    },
    show: (name) => shown(thresholds[name], thresholdDefinitions[name]),
  };
}

/** A template for the value of an attribute's label. */
export function value(attribute: string): string {
  return labelTemplate(label(attribute));
}

/** A length of time as Prometheus writes it: `90s`, `5m`, `1d`. */
export function duration(seconds: number): string {
  for (const [unit, length] of timeUnits) {
    if (seconds >= length && Number.isInteger(seconds / length)) return `${seconds / length}${unit}`;
  }
  return `${Math.max(1, Math.round(seconds * 1000))}ms`;
}

const timeUnits: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
];

function labelTemplate(name: string): string {
  return `{{ $labels.${name} }}`;
}

function shown(threshold: number, { unit }: ThresholdDefinition): string {
  switch (unit) {
    case 'ratio':
      return `${Number((threshold * 100).toPrecision(6))}%`;
    case 'seconds':
      return duration(threshold);
    case 'bytes':
      return `${Number((threshold / 1_048_576).toPrecision(6))} MiB`;
    case 'basis_points':
      return `${threshold} basis points`;
    case 'amount':
    case 'count':
      return String(threshold);
  }
}
