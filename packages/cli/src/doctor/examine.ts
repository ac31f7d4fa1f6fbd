import { authentication, clock, refused, scrapeCost, tlsCheck, unreachable } from './connection-checks.ts';
import {
  cardinality,
  cardinalityOf,
  conventions,
  domains,
  dropped,
  format,
  identity,
  parseScrape,
} from './content-checks.ts';
import type { Report } from './finding.ts';
import { type ProbeOptions, type Scrape, scrape } from './probe.ts';

const scrapes = 3;

/** Scrapes an endpoint a few times and checks its answers. Never rejects. */
export async function examine(options: ProbeOptions): Promise<Report> {
  const { url, authorization } = options;
  const hasCredentials = authorization !== undefined;
  const report = (findings: Report['findings'], families: Report['cardinality'] = []): Report => {
    return { url: url.href, findings, cardinality: families };
  };
  const answers: Scrape[] = [];
  try {
    for (let done = 0; done < scrapes; done += 1) {
      const answer = await scrape(options);
      answers.push(answer);
      const refusal = refused(url, answer, hasCredentials);
      if (refusal !== undefined) return report([refusal]);
    }
  } catch (error) {
    return report([unreachable(url, error)]);
  }
  const last = answers.at(-1) as Scrape;
  const exposition = parseScrape(last);
  const connection = [
    clock(last),
    authentication(url, hasCredentials, !hasCredentials || (await isOpen(options))),
    tlsCheck(url, last, Date.now()),
    scrapeCost(answers),
  ];
  const reachable = { check: 'reachable', status: 'ok', summary: `${url.href} answers.` } as const;
  if ('check' in exposition) return report([reachable, exposition, ...connection]);
  const families = cardinalityOf(exposition);
  const content = [
    format(last, exposition),
    conventions(exposition),
    identity(exposition),
    domains(exposition),
    cardinality(families, exposition),
    dropped(exposition),
  ];
  return report([reachable, ...content, ...connection], families);
}

/** Whether the endpoint answers without credentials, too. */
async function isOpen(options: ProbeOptions): Promise<boolean> {
  try {
    return (await scrape({ ...options, authorization: undefined })).status === 200;
  } catch {
    return false;
  }
}
