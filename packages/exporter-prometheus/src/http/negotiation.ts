import { type Encoding, type Exposition, openMetricsExposition, textExposition } from '@trademeter/exposition';
import { type EscapingScheme, escapingSchemes } from '@trademeter/prometheus-naming';
import { type Accepted, elementsOf, parseAccept } from './accept.ts';

interface Offer {
  readonly type: string;
  readonly version: string;
  /** Used when the client names no version. */
  readonly isUsual: boolean;
  readonly exposition: (asked?: EscapingScheme) => Exposition;
}

// The safest first: a scraper that accepts anything gets it.
const offers: readonly Offer[] = [
  textOffer('0.0.4', true),
  textOffer('1.0.0', false),
  openMetricsOffer('1.0.0', true),
  openMetricsOffer('0.0.1', false),
];

/**
 * Returns the exposition that a scraper prefers, or text format 0.0.4 if it accepts none. The most specific matching
 * range decides how acceptable a format is (RFC 9110, section 12.5.1). Among equals, the format that is named more
 * specifically wins, then the first.
 *
 * @param accept the Accept header
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 */
export function negotiateExposition(accept: string | undefined): Exposition {
  const ranges = parseAccept(accept ?? '');
  const [best] = offers
    .flatMap((offer) => {
      const range = ranges.find((each) => isMatch(each, offer));
      return range === undefined || range.quality === 0 ? [] : [{ offer, range }];
    })
    .toSorted((a, b) => b.range.quality - a.range.quality || ranges.indexOf(a.range) - ranges.indexOf(b.range));
  if (best === undefined) return textExposition('0.0.4');
  const asked = best.range.parameters.get('escaping');
  return best.offer.exposition(escapingSchemes.find((known) => known === asked));
}

/**
 * Returns the content coding that a scraper prefers.
 *
 * @param acceptEncoding the Accept-Encoding header
 * @param available codings, best first
 */
export function negotiateEncoding(
  acceptEncoding: string | undefined,
  available: readonly Encoding[],
): Encoding | undefined {
  const accepted = elementsOf(acceptEncoding ?? '');
  const quality = (name: string) =>
    (accepted.find((element) => element.name === name) ?? accepted.find((element) => element.name === '*'))?.quality ??
    0;
  const identity = accepted.find(({ name }) => name === 'identity')?.quality ?? 0;
  return available
    .filter((encoding) => quality(encoding) > 0 && quality(encoding) >= identity)
    .toSorted((a, b) => quality(b) - quality(a))[0];
}

function isMatch({ name, parameters }: Accepted, { type, version, isUsual }: Offer): boolean {
  const asked = parameters.get('version');
  const isType = [type, type.replace(/\/.*/, '/*'), '*/*'].includes(name);
  return isType && (asked === undefined ? isUsual : asked === version);
}

function textOffer(version: '0.0.4' | '1.0.0', isUsual: boolean): Offer {
  return { type: 'text/plain', version, isUsual, exposition: (asked) => textExposition(version, asked) };
}

function openMetricsOffer(version: '0.0.1' | '1.0.0', isUsual: boolean): Offer {
  const exposition = (asked?: EscapingScheme) => openMetricsExposition(version, asked);
  return { type: 'application/openmetrics-text', version, isUsual, exposition };
}
