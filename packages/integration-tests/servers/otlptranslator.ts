import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TranslationStrategy } from '@trademeter/prometheus-naming';
import { cached, mustRun, progress } from '@trademeter/workspace-tools';
import { findGo } from './go.ts';

const sources = join(import.meta.dirname, '../oracles/otlptranslator');

/** A translation request to the library. */
export type TranslationQuestion =
  | {
      readonly name: string;
      readonly unit: string;
      readonly type: 'sum' | 'gauge' | 'histogram' | 'exponential_histogram';
      /** For sums. */
      readonly monotonic?: boolean;
      readonly strategy: TranslationStrategy;
    }
  | { readonly label: string; readonly strategy: TranslationStrategy };

/** The library's answer: a name, or an error, or neither if it accepts an empty name. */
export interface TranslationAnswer {
  readonly name?: string;
  readonly error?: string;
}

/** The path of a program that wraps github.com/prometheus/otlptranslator, built on first use. */
export async function findOtlptranslator(): Promise<string> {
  const files = ['main.go', 'go.mod', 'go.sum'].map((file) => readFileSync(join(sources, file)));
  const hash = createHash('sha256');
  for (const file of files) hash.update(file);
  const folder = await cached(`otlptranslator-${hash.digest('hex').slice(0, 8)}`, async (target) => {
    const go = await findGo();
    progress('building the program around github.com/prometheus/otlptranslator');
    await mustRun(go, ['build', '-o', join(target, 'otlptranslator'), '.'], { cwd: sources });
  });
  return join(folder, 'otlptranslator');
}

/** Asks the library with which the Collector and Prometheus translate names; one answer per question, in order. */
export async function askOtlptranslator(questions: readonly TranslationQuestion[]): Promise<TranslationAnswer[]> {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const output = await mustRun(await findOtlptranslator(), [], { input });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TranslationAnswer);
}
