import { agentPanels } from './domains/agent.js';
import { cachePanels } from './domains/cache.js';
import { errorsPanels } from './domains/errors.js';
import { fleetPanels } from './domains/fleet.js';
import { marketDataPanels } from './domains/market-data.js';
import { ordersPanels } from './domains/orders.js';
import { portfolioPanels } from './domains/portfolio.js';
import { riskPanels } from './domains/risk.js';
import { strategyPanels } from './domains/strategy.js';
import { systemPanels } from './domains/system.js';

/** @typedef {import('./panel.js').Panel} Panel */

/**
 * Every panel of the live page and of the dashboards.
 *
 * @type {readonly Panel[]}
 */
export const panels = [
  ...ordersPanels,
  ...portfolioPanels,
  ...riskPanels,
  ...strategyPanels,
  ...agentPanels,
  ...cachePanels,
  ...marketDataPanels,
  ...systemPanels,
  ...errorsPanels,
  ...fleetPanels,
];

const panelsById = new Map(panels.map((panel) => [panel.id, panel]));

/**
 * A panel by its id.
 *
 * @param {string} id
 * @returns {Panel}
 * @throws {RangeError} when there is no such panel
 */
export function panelOf(id) {
  const panel = panelsById.get(id);
  if (panel === undefined) throw new RangeError(`there is no panel ${JSON.stringify(id)}`);
  return panel;
}
