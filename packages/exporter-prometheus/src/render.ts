import type { HrTime } from '@opentelemetry/api';
import { hrTimeToMilliseconds, type InstrumentationScope } from '@opentelemetry/core';
import { DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { isLegacyMetricName } from './escaping.ts';
import { type Family, familiesOf, type FamilyMember } from './family.ts';
import { formatGoFloat } from './go-float.ts';
import { type Label, labelSetText, labelsOf, quoted } from './label-set.ts';
import { labelValue } from './label-value.ts';
import type { NameTranslation } from './name-translation.ts';
import type { Notices } from './notices.ts';
import { mergedValue, type SampleValue, samplesOf } from './sample.ts';

/** What is in the text beside the metrics themselves. */
export interface RenderOptions {
  /** Leaves out the `otel_scope_*` labels. */
  readonly withoutScopeInfo: boolean;
  /** Leaves out `target_info`. */
  readonly withoutTargetInfo: boolean;
  /** Which resource attributes become labels of every series. */
  readonly withResourceConstantLabels: RegExp | undefined;
  /** Writes the time of collection behind every value. */
  readonly appendTimestamp: boolean;
}

interface Series {
  readonly labels: string;
  value: SampleValue;
  readonly endTime: HrTime;
}

/** Collected metrics as text. */
export class Renderer {
  readonly #options: RenderOptions;
  readonly #names: NameTranslation;
  readonly #notices: Notices;

  constructor(options: RenderOptions, names: NameTranslation, notices: Notices) {
    this.#options = options;
    this.#names = names;
    this.#notices = notices;
  }

  /** The Prometheus text format, version 0.0.4. */
  render({ resource, scopeMetrics }: ResourceMetrics): string {
    const target = this.#targetInfo(resource.attributes);
    const taken = new Set(target === '' ? [] : [this.#names.escapeMetricName('target_info')]);
    const constant = this.#constantLabels(resource.attributes);
    let text = target;
    for (const family of familiesOf(scopeMetrics, this.#names, this.#notices, taken)) {
      const lines = this.#lines(family, constant);
      if (lines !== '') text += comments(family.name, family.type, family.help) + lines;
    }
    return text;
  }

  #targetInfo(attributes: object): string {
    if (this.#options.withoutTargetInfo) return '';
    const labels = labelSetText(labelsOf(attributes, this.#names));
    if (labels === '') return '';
    const name = this.#names.escapeMetricName('target_info');
    return `${comments(name, 'gauge', 'Target metadata')}${samplePrefix(name, labels)}1\n`;
  }

  #constantLabels(attributes: object): Label[] {
    const pattern = this.#options.withResourceConstantLabels;
    if (pattern === undefined) return [];
    const chosen = Object.entries(attributes).filter(([key]) => key.match(pattern) !== null);
    return labelsOf(Object.fromEntries(chosen), this.#names);
  }

  #scopeLabels({ name, version, schemaUrl }: InstrumentationScope): Label[] {
    if (this.#options.withoutScopeInfo) return [];
    const labels = { otel_scope_name: name, otel_scope_version: version, otel_scope_schema_url: schemaUrl };
    return Object.entries(labels)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([key, value]) => ({ key, name: this.#names.escapeLabelName(key), value: labelValue(value) }));
  }

  #lines(family: Family, constant: readonly Label[]): string {
    const series = new Map<string, Series>();
    for (const member of family.members) {
      const labels = [...this.#scopeLabels(member.scope), ...constant];
      this.#addSeries(series, family, member, labels);
    }
    let text = '';
    for (const { labels, value, endTime } of series.values()) {
      const end = this.#options.appendTimestamp ? ` ${Math.round(hrTimeToMilliseconds(endTime))}\n` : '\n';
      text +=
        typeof value === 'number'
          ? line(family.name, labels, value, end)
          : histogramLines(family.name, labels, value, end);
    }
    return text;
  }

  #addSeries(series: Map<string, Series>, family: Family, { metric }: FamilyMember, more: readonly Label[]): void {
    const additive = metric.dataPointType !== DataPointType.GAUGE;
    const reserved = family.type === 'histogram' ? 'le' : undefined;
    for (const { point, value } of samplesOf(metric)) {
      const labels = labelSetText([...labelsOf(point.attributes, this.#names), ...more], reserved);
      const same = series.get(labels);
      if (same === undefined) {
        series.set(labels, { labels, value, endTime: point.endTime });
        continue;
      }
      const merged = mergedValue(same.value, value, additive);
      same.value = merged ?? same.value;
      this.#notices.tell(
        `${family.name} has several series with the labels {${labels}} once they are translated: ${merged === undefined ? 'the first is shown' : 'their sum is shown'}`,
      );
    }
  }
}

function comments(name: string, type: string, help: string): string {
  const written = isLegacyMetricName(name) ? name : quoted(name);
  const text = help.toWellFormed().replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${help === '' ? '' : `# HELP ${written} ${text}\n`}# TYPE ${written} ${type}\n`;
}

/** A sample's line up to its value. */
function samplePrefix(name: string, labels: string): string {
  if (isLegacyMetricName(name)) return labels === '' ? `${name} ` : `${name}{${labels}} `;
  return labels === '' ? `{${quoted(name)}} ` : `{${quoted(name)},${labels}} `;
}

function line(name: string, labels: string, value: number, end: string): string {
  return samplePrefix(name, labels) + formatGoFloat(value) + end;
}

function histogramLines(
  name: string,
  labels: string,
  { boundaries, counts, count, sum }: Exclude<SampleValue, number>,
  end: string,
): string {
  const start = labels === '' ? '' : `${labels},`;
  let text = '';
  let below = 0;
  for (const [index, boundary] of boundaries.entries()) {
    below += counts[index] ?? 0;
    text += line(`${name}_bucket`, `${start}le="${formatGoFloat(boundary)}"`, below, end);
  }
  text += line(`${name}_bucket`, `${start}le="+Inf"`, count, end);
  if (sum !== undefined) text += line(`${name}_sum`, labels, sum, end);
  return text + line(`${name}_count`, labels, count, end);
}
