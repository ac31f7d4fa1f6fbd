import { svg } from './dom.js';

/** @typedef {import('../panels/panel.js').Verdict} Verdict */

/** Shapes that differ without colour. @type {Readonly<Record<Verdict, string>>} */
const shapes = {
  good: 'M3.5 8.5l3 3 6-7',
  attention: 'M8 3v6M8 12v.5',
  bad: 'M4 4l8 8M12 4l-8 8',
  neutral: 'M4.5 8h7',
};

/** For screen readers. @type {Readonly<Record<Verdict, string>>} */
export const verdictTexts = { good: 'good', attention: 'needs attention', bad: 'bad', neutral: 'no judgement' };

/** @param {Verdict} verdict */
export function verdictIcon(verdict) {
  return svg(
    'svg',
    { class: `icon ${verdict}`, viewBox: '0 0 16 16', role: 'img', 'aria-label': verdictTexts[verdict] },
    svg('path', { d: shapes[verdict] }),
  );
}

/**
 * @param {SVGElement} icon
 * @param {Verdict} verdict
 */
export function setVerdict(icon, verdict) {
  if (icon.getAttribute('class') === `icon ${verdict}`) return;
  icon.setAttribute('class', `icon ${verdict}`);
  icon.setAttribute('aria-label', verdictTexts[verdict]);
  icon.querySelector('path')?.setAttribute('d', shapes[verdict]);
}

/** @param {string} path */
function plainIcon(path) {
  return svg('svg', { class: 'icon plain', viewBox: '0 0 16 16', 'aria-hidden': 'true' }, svg('path', { d: path }));
}

export const infoIcon = () => plainIcon('M8 7.2v4M8 4.6v.4M8 1.8a6.2 6.2 0 1 0 0 12.4a6.2 6.2 0 1 0 0-12.4');
export const themeIcon = () => plainIcon('M8 2a6 6 0 1 0 0 12V2M8 4.5a3.5 3.5 0 0 1 0 7M8 2a6 6 0 0 1 0 12');
export const backIcon = () => plainIcon('M10 3L5 8l5 5');
