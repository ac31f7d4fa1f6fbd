import { type Accepted, elementsOf, parseAccept } from './accept.ts';
import type { Encoding } from './compression.ts';
import { type EscapingScheme, escapingSchemes } from './escaping.ts';
import { type Exposition, openMetricsExposition, textExposition } from './exposition.ts';

/**
 * The exposition that a scraper likes best of those there are, and the text format 0.0.4 when it likes none.
 *
 * @param accept the Accept header
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 */
export function negotiateExposition(accept: string | undefined): Exposition {
  for (const accepted of parseAccept(accept ?? '')) {
    const exposition = expositionFor(accepted);
    if (exposition !== undefined) return exposition;
  }
  return textExposition('0.0.4');
}

/**
 * The content coding that a scraper likes best.
 *
 * @param acceptEncoding the Accept-Encoding header
 * @param available best first
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

function expositionFor({ name, parameters }: Accepted): Exposition | undefined {
  const version = parameters.get('version');
  const asked = parameters.get('escaping');
  const scheme = escapingSchemes.find((known) => known === asked);
  switch (name) {
    case '*/*':
    case 'text/*':
      return textExposition('0.0.4');
    case 'text/plain':
      return textFor(version ?? '0.0.4', scheme);
    case 'application/openmetrics-text':
      return openMetricsFor(version ?? '1.0.0', scheme);
    default:
      return undefined;
  }
}

function textFor(version: string, scheme: EscapingScheme | undefined): Exposition | undefined {
  return version === '0.0.4' || version === '1.0.0' ? textExposition(version, scheme) : undefined;
}

function openMetricsFor(version: string, scheme: EscapingScheme | undefined): Exposition | undefined {
  return version === '0.0.1' || version === '1.0.0' ? openMetricsExposition(version, scheme) : undefined;
}
