import type { InstrumentationScope } from '@opentelemetry/core';
import type { TranslationStrategy } from '@trademeter/prometheus-naming';
import {
  commentedFamily,
  type Exposition,
  type FamilyComments,
  familyHeader,
  sampleStart,
  takenNames,
} from './exposition.ts';
import { type Family, familiesOf } from './families/family.ts';
import { FamilyLines } from './families/family-lines.ts';
import { type ConstantLabel, LabelSets, labelValue } from './labels/label-set.ts';
import { openMetricsSuffixes, textTimestamp } from './lines/sample-suffix.ts';
import type { Metric, MetricDescriptor, MetricKind } from './metrics/metric.ts';
import { NameTranslation } from './name-translation.ts';
import { ScrapeBody } from './scrape-body.ts';
import type { Warnings } from './warnings.ts';

/** ExpositionOptions says what the text contains besides the metrics. */
export interface ExpositionOptions {
  readonly translationStrategy: TranslationStrategy;
  /** Goes before every metric name; empty for none. */
  readonly prefix: string;
  /** Omits the `otel_scope_*` labels. */
  readonly withoutScopeInfo: boolean;
  /** Omits `target_info`. */
  readonly withoutTargetInfo: boolean;
  /** Resource attributes that match become labels of every series. */
  readonly withResourceConstantLabels: RegExp | undefined;
  /** Writes the time of the collection after every value. */
  readonly appendTimestamp: boolean;
}

const defaultOptions: ExpositionOptions = {
  translationStrategy: 'UnderscoreEscapingWithSuffixes',
  prefix: '',
  withoutScopeInfo: false,
  withoutTargetInfo: false,
  withResourceConstantLabels: undefined,
  appendTimestamp: false,
};

/** CollectedMetrics is the result of one collection. */
export interface CollectedMetrics {
  /** The resource's attributes: the same object for as long as they are equal. */
  readonly attributes: object;
  readonly metrics: readonly Metric[];
}

/** Identifies a metric across collections. The metric itself holds the values of one collection only. */
interface Identity {
  readonly descriptor: MetricDescriptor;
  readonly kind: MetricKind;
  readonly scope: InstrumentationScope;
}

interface PlannedFamily {
  readonly name: string;
  readonly header: string;
  readonly identities: readonly Identity[];
  readonly lines: FamilyLines;
  /** The indexes of the family's metrics in the collection. */
  readonly places: readonly number[];
}

/**
 * CachedExposition renders collected metrics in one exposition format. It keeps the text, so that only values that
 * changed are rendered again.
 */
export class CachedExposition {
  readonly #exposition: Exposition;
  readonly #options: ExpositionOptions;
  readonly #names: NameTranslation;
  readonly #warnings: Warnings;
  readonly #end: Uint8Array;
  #resource: object | undefined;
  #targetLabels = '';
  #target: Uint8Array = Buffer.alloc(0);
  #constants: readonly ConstantLabel[] = [];
  #identities: readonly Identity[] = [];
  #plan: readonly PlannedFamily[] = [];
  #body: ScrapeBody | undefined;

  constructor(exposition: Exposition, options: Partial<ExpositionOptions>, warnings: Warnings) {
    this.#exposition = exposition;
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#options = { ...defaultOptions, ...Object.fromEntries(given) };
    this.#names = new NameTranslation(this.#options.translationStrategy, exposition.scheme, this.#options.prefix);
    this.#warnings = warnings;
    this.#end = Buffer.from(exposition.openMetrics ? '# EOF\n' : '');
  }

  /** The bytes of the kept text and of the last answer. */
  get memory(): number {
    return this.#plan.reduce((total, { lines }) => total + lines.memory, this.#body?.memory ?? 0);
  }

  /**
   * Renders a collection. The generator yields wherever rendering may be interrupted; run it to its end before the next
   * one begins.
   */
  *render({ attributes, metrics: collected }: CollectedMetrics): Generator<undefined, ScrapeBody> {
    const metrics = inScopeOrder(collected);
    if (attributes !== this.#resource) this.#readResource(attributes);
    else if (!sameMetrics(metrics, this.#identities)) this.#replan(metrics, this.#plan);
    if (this.#plan.length === 0) this.#replan(metrics, []);
    // Until the text is consistent again, the last body may show bytes that are being written.
    const last = this.#body;
    this.#body = undefined;
    let changed = false;
    try {
      for (const { lines, header, places } of this.#plan) {
        const current = places.map((place) => metrics[place] as Metric);
        if (yield* lines.update(current, header)) changed = true;
      }
      this.#body = changed ? this.#assemble() : (last ?? this.#assemble());
    } finally {
      if (this.#body === undefined) this.#resource = undefined;
    }
    return this.#body;
  }

  /** {@link render} without interruptions. */
  renderNow(metrics: CollectedMetrics): ScrapeBody {
    const steps = this.render(metrics);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
  }

  #readResource(attributes: object): void {
    this.#resource = attributes;
    this.#constants = this.#resourceLabels(attributes);
    this.#targetLabels = this.#options.withoutTargetInfo ? '' : new LabelSets(this.#names).text(attributes);
    this.#plan = [];
    this.#body = undefined;
  }

  #replan(metrics: readonly Metric[], before: readonly PlannedFamily[]): void {
    const known = new Map(before.map((planned) => [planned.name, planned]));
    const target = this.#targetComments();
    const families = familiesOf(
      metrics,
      this.#names,
      this.#warnings,
      this.#targetLabels === '' ? undefined : target.name,
    );
    const taken = takenNames(families);
    this.#target = Buffer.from(this.#targetInfo(target, taken));
    if (this.#targetLabels !== '') taken.add(target.name).add(commentedFamily(target, this.#exposition, taken).name);
    const places = new Map(metrics.map((metric, place) => [metric, place]));
    this.#plan = families.map((family) => {
      const { name } = family;
      const old = known.get(name);
      const header = familyHeader(family, this.#exposition, taken);
      // The type in the header decides whether exemplars are written, and depends on other families.
      const isKnown = old?.header === header && sameMetrics(family.metrics, old.identities);
      return {
        name,
        header,
        identities: family.metrics.map(identityOf),
        lines: isKnown ? old.lines : this.#newLines(family, commentedFamily(family, this.#exposition, taken).type),
        places: family.metrics.map((metric) => places.get(metric) ?? 0),
      };
    });
    this.#identities = metrics.map(identityOf);
    this.#body = undefined;
  }

  /** @param writtenType the type in the TYPE comment */
  #newLines(family: Family, writtenType: string): FamilyLines {
    const { openMetrics } = this.#exposition;
    const { appendTimestamp } = this.#options;
    const takesExemplars = writtenType === 'histogram' || writtenType === 'counter';
    const textSuffixes = appendTimestamp ? textTimestamp : undefined;
    return new FamilyLines(family, {
      labelsOf: ({ scope }) => this.#labelSets(scope, family.type === 'histogram' ? 'le' : undefined),
      suffixes: openMetrics ? openMetricsSuffixes(this.#names, takesExemplars, appendTimestamp) : textSuffixes,
      warnings: this.#warnings,
    });
  }

  #labelSets(scope: InstrumentationScope, reserved: string | undefined): LabelSets {
    const labels = this.#options.withoutScopeInfo ? [] : this.#scopeLabels(scope);
    return new LabelSets(this.#names, [...labels, ...this.#constants], reserved);
  }

  /** https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#instrumentation-scope-1 */
  #scopeLabels(scope: InstrumentationScope): ConstantLabel[] {
    const { name, version, schemaUrl } = scope;
    const own = Object.entries({
      otel_scope_name: name,
      otel_scope_version: version,
      otel_scope_schema_url: schemaUrl,
    }).map(([key, value]) => ({ key, name: this.#names.escapeLabelName(key), value: labelValue(value) }));
    const taken = new Set(own.map((label) => label.name));
    const others = attributesOf(scope)
      .map(([key, value]) => ({ key: `otel_scope_${key}`, value: labelValue(value) }))
      .map(({ key, value }) => ({ key, name: this.#names.labelName(key), value }))
      .filter((label) => !taken.has(label.name));
    return [...own, ...others].filter(({ value }) => value !== '');
  }

  #resourceLabels(attributes: object): ConstantLabel[] {
    const pattern = this.#options.withResourceConstantLabels;
    if (pattern === undefined) return [];
    return Object.entries(attributes)
      .filter(([key]) => key.match(pattern) !== null)
      .map(([key, value]) => ({ key, name: this.#names.labelName(key), value: labelValue(value) }));
  }

  #targetComments(): FamilyComments {
    const name = this.#names.escapeMetricName('target_info');
    return { name, type: this.#exposition.openMetrics ? 'info' : 'gauge', help: 'Target metadata', unit: '' };
  }

  #targetInfo(target: FamilyComments, others: ReadonlySet<string>): string {
    if (this.#targetLabels === '') return '';
    return `${familyHeader(target, this.#exposition, others)}${sampleStart(target.name, this.#targetLabels)}1\n`;
  }

  #assemble(): ScrapeBody {
    const blocks = this.#plan.flatMap(({ lines }) => lines.blocks);
    return new ScrapeBody([this.#target, ...blocks, this.#end]);
  }
}

/** Sorts by scope: the order of a collection depends on how long callbacks take. */
function inScopeOrder(metrics: readonly Metric[]): Metric[] {
  const keys = new Map<InstrumentationScope, string>();
  const keyOf = ({ scope }: Metric): string => {
    let key = keys.get(scope);
    if (key === undefined) {
      key = keyOfScope(scope);
      keys.set(scope, key);
    }
    return key;
  };
  return metrics.toSorted((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return one < other ? -1 : Number(one > other);
  });
}

function identityOf({ descriptor, kind, scope }: Metric): Identity {
  return { descriptor, kind, scope };
}

function sameMetrics(metrics: readonly Metric[], known: readonly Identity[]): boolean {
  return (
    metrics.length === known.length &&
    metrics.every(({ descriptor, kind, scope }, index) => {
      const other = known[index] as Identity;
      return kind === other.kind && sameDescriptor(descriptor, other.descriptor) && sameScope(scope, other.scope);
    })
  );
}

function sameDescriptor(a: MetricDescriptor, b: MetricDescriptor): boolean {
  return a === b || (a.name === b.name && a.unit === b.unit && a.description === b.description);
}

function sameScope(a: InstrumentationScope, b: InstrumentationScope): boolean {
  return a === b || keyOfScope(a) === keyOfScope(b);
}

/** A text that is equal for scopes with equal labels. */
function keyOfScope(scope: InstrumentationScope): string {
  const attributes = attributesOf(scope).map(([key, value]) => [key, labelValue(value)]);
  return `${scope.name}\n${scope.version ?? ''}\n${scope.schemaUrl ?? ''}\n${JSON.stringify(attributes)}`;
}

const noAttributes: readonly [key: string, value: unknown][] = [];

/** The attributes of a scope, which are missing in its type, in the order of their keys. Never throws. */
function attributesOf(scope: InstrumentationScope): readonly [key: string, value: unknown][] {
  const { attributes } = scope as { readonly attributes?: unknown };
  if (typeof attributes !== 'object' || attributes === null) return noAttributes;
  try {
    return Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1));
  } catch {
    return noAttributes;
  }
}
