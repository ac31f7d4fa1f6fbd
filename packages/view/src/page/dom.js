/**
 * Creates elements without markup: text stays text.
 */

/** @typedef {string | number | boolean | undefined | ((event: Event) => void)} Property */
/** @typedef {Node | string | undefined} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, Property>>} [properties] attributes; a function listens to the event of its name
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  setProperties(made, properties);
  append(made, children);
  return made;
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, Property>>} [properties]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(name, properties = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  setProperties(made, properties);
  append(made, children);
  return made;
}

/**
 * @param {Element} target
 * @param {Readonly<Record<string, Property>>} properties
 */
function setProperties(target, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (typeof value === 'function') target.addEventListener(name, value);
    else target.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @param {Element} target
 * @param {readonly Child[]} children
 */
function append(target, children) {
  for (const child of children) if (child !== undefined) target.append(child);
}

/**
 * Sets a text if it differs.
 *
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * @param {Element} target
 * @param {string} name
 * @param {string | undefined} value
 */
export function setAttribute(target, name, value) {
  if (value === undefined) target.removeAttribute(name);
  else if (target.getAttribute(name) !== value) target.setAttribute(name, value);
}

/**
 * Keeps one child for each key, in order: unchanged children are not touched.
 *
 * @template T
 * @param {Element} parent
 * @param {readonly T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => Element} make
 * @param {(made: Element, item: T) => void} [update]
 */
export function keep(parent, items, keyOf, make, update) {
  const known = keptChildren.get(parent) ?? /** @type {Map<string, Element>} */ (new Map());
  keptChildren.set(parent, known);
  /** @type {Element[]} */
  const wanted = [];
  const keys = new Set();
  for (const item of items) {
    const key = keyOf(item);
    if (keys.has(key)) continue;
    keys.add(key);
    let child = known.get(key);
    if (child === undefined) {
      child = make(item);
      known.set(key, child);
    }
    update?.(child, item);
    wanted.push(child);
  }
  for (const [key, child] of known) {
    if (keys.has(key)) continue;
    child.remove();
    known.delete(key);
  }
  for (const [index, child] of wanted.entries()) {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  }
}

/** @type {WeakMap<Element, Map<string, Element>>} */
const keptChildren = new WeakMap();
