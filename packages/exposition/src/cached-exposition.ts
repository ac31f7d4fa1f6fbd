import type { InstrumentationScope } from '@opentelemetry/core';
import type { DataPointType, MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { TranslationStrategy } from '@trademeter/prometheus-naming';
import {
  commentedFamily,
  type Exposition,
  type FamilyComments,
  familyHeader,
  sampleStart,
  takenNames,
} from './exposition.ts';
import { type Family, type FamilyMember, familiesOf } from './families/family.ts';
import { FamilyLines } from './families/family-lines.ts';
import { type ConstantLabel, LabelSets, labelValue } from './labels/label-set.ts';
import { openMetricsSuffixes, textTimestamp } from './lines/sample-suffix.ts';
import { NameTranslation } from './name-translation.ts';
import { ScrapeBody } from './scrape-body.ts';
import type { Warnings } from './warnings.ts';

/** What is in the text besides the metrics themselves. */
export interface ExpositionOptions {
  readonly translationStrategy: TranslationStrategy;
  /** Goes before every metric's name; empty for none. */
  readonly prefix: string;
  /** Omits the `otel_scope_*` labels. */
  readonly withoutScopeInfo: boolean;
  /** Omits `target_info`. */
  readonly withoutTargetInfo: boolean;
  /** Which resource attributes become labels of every series. */
  readonly withResourceConstantLabels: RegExp | undefined;
  /** Writes the time of collection behind every value. */
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

/** What one collection came to. */
export interface CollectedMetrics {
  /** Of the resource: the same object as long as they are the same. */
  readonly attributes: object;
  readonly scopeMetrics: readonly ScopeMetrics[];
}

/** What a metric is known again by. Not the metric itself: its points are to go when they are rendered. */
interface Identity {
  readonly descriptor: MetricDescriptor;
  readonly dataPointType: DataPointType;
  readonly isMonotonic: boolean;
  readonly scope: InstrumentationScope;
}

type MetricDescriptor = MetricData['descriptor'];

interface PlannedFamily {
  readonly name: string;
  readonly header: string;
  readonly identities: readonly Identity[];
  readonly text: FamilyLines;
  /** Where the family's metrics are among all of a collection. */
  readonly places: readonly number[];
}

/** Collected metrics as text in one exposition, kept from one collection to the next. */
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
    this.#options = { ...defaultOptions, ...options };
    this.#names = new NameTranslation(this.#options.translationStrategy, exposition.scheme, this.#options.prefix);
    this.#warnings = warnings;
    this.#end = Buffer.from(exposition.openMetrics ? '# EOF\n' : '');
  }

  /** The bytes that the kept text takes, and the last answer. */
  get memory(): number {
    return this.#plan.reduce((total, { text }) => total + text.memory, this.#body?.memory ?? 0);
  }

  /**
   * The text of a collection. It yields wherever it may be interrupted, and must be run to its end before the next one
   * begins.
   */
  *render({ attributes, scopeMetrics }: CollectedMetrics): Generator<undefined, ScrapeBody> {
    const members = membersOf(scopeMetrics);
    if (attributes !== this.#resource) this.#readResource(attributes);
    else if (!sameMetrics(members, this.#identities)) this.#replan(members, this.#plan);
    if (this.#plan.length === 0) this.#replan(members, []);
    // Until the text is whole again, the last body may show what is being written.
    const last = this.#body;
    this.#body = undefined;
    let changed = false;
    try {
      for (const { text, header, places } of this.#plan) {
        const current = places.map((place) => members[place] as FamilyMember);
        if (yield* text.update(current, header)) changed = true;
      }
      this.#body = changed ? this.#assemble() : (last ?? this.#assemble());
    } finally {
      if (this.#body === undefined) this.#resource = undefined;
    }
    return this.#body;
  }

  /** {@link render}, without an interruption. */
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

  #replan(members: readonly FamilyMember[], before: readonly PlannedFamily[]): void {
    const known = new Map(before.map((planned) => [planned.name, planned]));
    const target = this.#targetComments();
    const families = familiesOf(
      members,
      this.#names,
      this.#warnings,
      this.#targetLabels === '' ? undefined : target.name,
    );
    const taken = takenNames(families);
    this.#target = Buffer.from(this.#targetInfo(target, taken));
    if (this.#targetLabels !== '') taken.add(target.name).add(commentedFamily(target, this.#exposition, taken).name);
    const places = new Map(members.map((member, place) => [member, place]));
    this.#plan = families.map((family) => {
      const { name } = family;
      const old = known.get(name);
      const header = familyHeader(family, this.#exposition, taken);
      // The type in the header decides about exemplars, and other families about that.
      const isKnown = old?.header === header && sameMetrics(family.members, old.identities);
      return {
        name,
        header,
        identities: family.members.map(identityOf),
        text: isKnown ? old.text : this.#newText(family, commentedFamily(family, this.#exposition, taken).type),
        places: family.members.map((member) => places.get(member) ?? 0),
      };
    });
    this.#identities = members.map(identityOf);
    this.#body = undefined;
  }

  /** @param writtenType what the comments say */
  #newText(family: Family, writtenType: string): FamilyLines {
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

  #labelSets({ name, version, schemaUrl }: InstrumentationScope, reserved: string | undefined): LabelSets {
    const labels = { otel_scope_name: name, otel_scope_version: version, otel_scope_schema_url: schemaUrl };
    const scope = Object.entries(this.#options.withoutScopeInfo ? {} : labels)
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([key, value]) => ({ key, name: this.#names.escapeLabelName(key), value: labelValue(value) }));
    return new LabelSets(this.#names, [...scope, ...this.#constants], reserved);
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
    const blocks = this.#plan.flatMap(({ text }) => text.blocks);
    return new ScrapeBody([this.#target, ...blocks, this.#end]);
  }
}

/** All metrics, in the order of their scopes: that of a collection depends on how long callbacks take. */
function membersOf(scopes: readonly ScopeMetrics[]): FamilyMember[] {
  const key = ({ scope }: ScopeMetrics) => `${scope.name}\n${scope.version ?? ''}\n${scope.schemaUrl ?? ''}`;
  return scopes
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
    .flatMap(({ scope, metrics }) => metrics.map((metric) => ({ metric, scope })));
}

function identityOf({ metric, scope }: FamilyMember): Identity {
  const { descriptor, dataPointType } = metric;
  return { descriptor, dataPointType, isMonotonic: 'isMonotonic' in metric && metric.isMonotonic, scope };
}

function sameMetrics(members: readonly FamilyMember[], known: readonly Identity[]): boolean {
  return (
    members.length === known.length &&
    members.every((member, index) => {
      const [one, other] = [identityOf(member), known[index]];
      return (
        one.dataPointType === other?.dataPointType &&
        one.isMonotonic === other.isMonotonic &&
        sameDescriptor(one.descriptor, other.descriptor) &&
        sameScope(one.scope, other.scope)
      );
    })
  );
}

function sameDescriptor(a: MetricDescriptor, b: MetricDescriptor): boolean {
  return a === b || (a.name === b.name && a.unit === b.unit && a.description === b.description);
}

function sameScope(a: InstrumentationScope, b: InstrumentationScope): boolean {
  return a === b || (a.name === b.name && a.version === b.version && a.schemaUrl === b.schemaUrl);
}
