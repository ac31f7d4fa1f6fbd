import { domains } from './domains/index.js';

/** @typedef {import('./panel.js').Panel} Panel */

/**
 * Every panel of the live page and of the dashboards.
 *
 * @type {readonly Panel[]}
 */
export const panels = domains.flatMap((domain) => domain.panels);

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
