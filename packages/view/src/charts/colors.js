/** How many colours there are for series: the classes `s0` to `s7`. */
const colorCount = 8;

/** @type {Map<string, number>} */
const given = new Map();

/** What identifies a series, most important first. */
const identities = [
  'trading.symbol',
  'trading.strategy.name',
  'trading.account',
  'trading.venue',
  'trading.provider.name',
  'gen_ai.request.model',
  'gen_ai.agent.name',
  'trading.currency',
];

/**
 * The colour of a series: a symbol or strategy has the same one in every chart; other series differ within
 * their chart.
 *
 * @param {Readonly<Record<string, string>>} attributes
 * @param {number} place of the series in its chart
 * @param {number} count how many series its chart has
 */
export function colorOf(attributes, place, count) {
  const identity = identities.find((attribute) => attributes[attribute] !== undefined);
  const others = Object.keys(attributes).filter((attribute) => attribute !== identity);
  if (identity === undefined || (others.length > 0 && count > 1) || identity === 'trading.currency') {
    return place % colorCount;
  }
  const key = `${identity} ${attributes[identity]}`;
  const known = given.get(key);
  if (known !== undefined) return known;
  const color = given.size % colorCount;
  given.set(key, color);
  return color;
}
