import type { DomainNames } from './domain-names.ts';

/** The files of a domain outside its package, by their paths in the workspace. Not yet formatted. */
export function sharedFiles(names: DomainNames): Record<string, string> {
  const { domain } = names;
  return {
    [`packages/semantic-conventions/model/${domain}.yaml`]: model(names),
    [`packages/view/src/panels/domains/${domain}.js`]: panels(names),
    [`.changeset/${domain}-metrics.md`]: changeset(names),
  };
}

/** A text that is inserted into a file. */
export interface Insertion {
  readonly path: string;
  /** Matches what the text is inserted before. */
  readonly before: RegExp;
  readonly text: string;
}

/** Where a domain is listed, because the order matters. */
export function insertions({ domain, words, title, camel }: DomainNames): Insertion[] {
  const list = 'packages/view/src/panels/domains/index.js';
  return [
    {
      path: 'packages/semantic-conventions/generator/domains.ts',
      before: /^ {2}\{\n {4}name: 'runtime',/mu,
      text: `  {
    name: '${domain}',
    title: '${title}',
    introduction: \`An **update** is one message of the venue about ${words}; a **request** is one question to it.\`,
  },
`,
    },
    { path: list, before: /^import /mu, text: `import * as ${camel} from './${domain}.js';\n` },
    { path: list, before: /\bsystem,? *\n? *\berrors\b/u, text: `${camel}, ` },
  ];
}

/**
 * @returns the text with the insertion
 * @throws Error when it has no place for it
 */
export function insert(source: string, { path, before, text }: Insertion): string {
  const at = source.search(before);
  if (at < 0) throw new Error(`${path} has nothing that matches ${before}`);
  return `${source.slice(0, at)}${text}${source.slice(at)}`;
}

function model({ title, namespace }: DomainNames): string {
  return `# ${title}.
file_format: definition/2
metrics:
  - name: trading.${namespace}.updates
    instrument: counter
    unit: "{update}"
    brief: Updates that the bot received.
    stability: development
    requirement_level: recommended
    attributes:
      - ref: trading.symbol
        requirement_level: required
      - ref: trading.venue
        requirement_level: recommended
    annotations:
      code_generation:
        metric_value_type: int

  - name: trading.${namespace}.request.duration
    instrument: histogram
    unit: s
    brief: Time of a request to the venue.
    stability: development
    requirement_level: recommended
    attributes:
      - ref: trading.venue
        requirement_level: recommended
      - ref_group: trading.failure
    annotations:
      code_generation:
        metric_value_type: double
      trademeter:
        boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
        cardinality_limit: 500
`;
}

function panels({ domain, words, title, namespace }: DomainNames): string {
  return `import { percentiles } from '../panel.js';

/** @type {import('../boards.js').DomainBoard} */
export const board = {
  id: '${domain}',
  title: '${title}',
  description: 'Updates of ${words}, and how long requests take.',
  listed: ['${domain}'],
  rows: [{ title: '${title}', panels: ['${domain}-updates', '${domain}-request-latency'] }],
};

/** @type {readonly import('../panel.js').Panel[]} */
export const panels = [
  {
    id: '${domain}-updates',
    title: '${title}: updates',
    description: 'Updates that the bot received, by symbol.',
    action: 'If they stop, look at the connection to the venue.',
    chart: 'bars',
    unit: 'count',
    series: [
      {
        query: { kind: 'increase', metric: 'trading.${namespace}.updates', by: ['trading.symbol'], over: 'step' },
        legend: '{trading.symbol}',
      },
    ],
    min: 0,
    stacked: true,
    absentUntil: 'the first update is received',
  },
  {
    id: '${domain}-request-latency',
    title: '${title}: request latency',
    description: 'Time of a request to the venue.',
    action: 'If it grows, look at the network and at the rate limits of the venue.',
    chart: 'lines',
    unit: 'seconds',
    series: percentiles('trading.${namespace}.request.duration'),
    min: 0,
    absentUntil: 'a request is made in this time range',
  },
];
`;
}

function changeset({ domain, words, namespace }: DomainNames): string {
  const packages = [
    `@trademeter/instrumentation-${domain}`,
    '@trademeter/semantic-conventions',
    '@trademeter/view',
    '@trademeter/dashboards',
    'trademeter',
  ];
  return `---
${packages.map((name) => `"${name}": minor`).join('\n')}
---

New package \`@trademeter/instrumentation-${domain}\`: metrics of ${words}, \`trading.${namespace}.*\`, with panels on the live page and a dashboard.
`;
}
