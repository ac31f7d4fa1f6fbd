import { setTimeout as sleep } from 'node:timers/promises';
import type { BotProcess } from './bot-process.ts';
import type { LoopReport } from './bot-requests.ts';

// More than two processes on one busy machine differ by: a wait for the network would be seconds.
const factor = 3;
const marginMillis = 10;
const longestMarginMillis = 100;
const leastTurns = 0.8;
const attempts = 3;

/** How late a bot's loop was, and in the same seconds that of a bot without telemetry. */
export interface Comparison {
  readonly bot: LoopReport;
  readonly control: LoopReport;
  readonly isDelayed: boolean;
}

/**
 * Compares both for this many milliseconds, so that other load affects both. A delay is measured again up to three
 * times: one that telemetry causes comes with every export.
 */
export async function compareLoops(bot: BotProcess, control: BotProcess, millis: number): Promise<Comparison> {
  for (let attempt = 1; ; attempt += 1) {
    await sleep(millis);
    const [own, other] = await Promise.all([bot.ask('loop', { millis }), control.ask('loop', { millis })]);
    const isDelayed =
      own.p95 > factor * other.p95 + marginMillis ||
      own.longest > factor * other.longest + longestMarginMillis ||
      own.turns < other.turns * leastTurns;
    if (!isDelayed || attempt === attempts) return { bot: own, control: other, isDelayed };
  }
}

/** A line for the log of a run. */
export function describeLoops({ bot, control }: Comparison): string {
  const show = (millis: number): string => millis.toFixed(1);
  return `95 % of the bot's turns began at most ${show(bot.p95)} ms late (${show(control.p95)} ms without telemetry), the latest of them ${show(bot.longest)} ms (${show(control.longest)} ms)`;
}
