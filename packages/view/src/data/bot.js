import { History } from './history.js';

/** @typedef {import('../exposition/parse.js').Sample} Sample */
/** @typedef {import('../exposition/parse.js').Labels} Labels */

/**
 * @typedef {object} FamilyInfo what the text says about a metric
 * @property {string} type
 * @property {string} help
 * @property {string} unit
 */

/** One bot, as its scrapes show it. A bot has one mode. */
export class Bot {
  history = new History();
  /** @type {ReadonlyMap<string, FamilyInfo>} */
  families = new Map();
  /** @type {Labels} of target_info */
  info = {};
  /** Milliseconds since 1970 when its mode changed, or undefined. */
  /** @type {{ readonly from: string, readonly to: string, readonly atMillis: number } | undefined} */
  modeChange;
  /** @type {number | undefined} */
  restartedMillis;
  #uptimeSeconds = Number.NaN;

  get name() {
    return this.info['service_name'] ?? '';
  }

  /** `live`, `paper`, `backtest`, or empty if unknown. */
  get mode() {
    return this.info['trading_mode'] ?? '';
  }

  /** Identifies a process of the bot. */
  get #process() {
    return [this.info['service_instance_id'], this.info['process_pid'], this.info['host_name']].join(' ');
  }

  /**
   * @param {number} timeMillis
   * @param {readonly Sample[]} samples
   * @param {ReadonlyMap<string, FamilyInfo>} families
   */
  append(timeMillis, samples, families) {
    const before = { mode: this.mode, process: this.#process };
    const info = samples.find(({ name }) => name === 'target_info' || name === 'target')?.labels ?? {};
    const uptime = samples.find(({ name }) => name === 'process_uptime_seconds')?.value ?? Number.NaN;
    this.info = info;
    this.families = families;
    if (this.history.length > 0) {
      if (this.mode !== before.mode) {
        // Trades in another mode are not part of this picture.
        this.history.clear();
        this.modeChange = { from: before.mode, to: this.mode, atMillis: timeMillis };
      }
      if (this.#process !== before.process || uptime < this.#uptimeSeconds) {
        this.history.startRun();
        this.restartedMillis = timeMillis;
      }
    }
    this.#uptimeSeconds = uptime;
    this.history.append(timeMillis, samples);
  }
}

/**
 * The bots in a scrape: one, or several if a Collector or a federation exposes them together.
 *
 * @param {Iterable<{ readonly samples: readonly Sample[] }>} families
 * @returns {Map<string, Sample[]>}
 */
export function samplesByBot(families) {
  const samples = [...families].flatMap((family) => family.samples);
  const infos = samples.filter(({ name }) => name === 'target_info');
  const keys = new Set(infos.map(botKey));
  if (keys.size < 2) return new Map([['', samples]]);
  /** @type {Map<string, Sample[]>} */
  const byBot = new Map([...keys].map((key) => [key, []]));
  for (const sample of samples) byBot.get(botKey(sample))?.push(sample);
  return byBot;
}

/** @param {Sample} sample */
function botKey({ labels }) {
  return `${labels['job'] ?? ''} ${labels['instance'] ?? ''}`;
}
