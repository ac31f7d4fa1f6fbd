import { element, setText } from './dom.js';

/** @typedef {import('../data/target.js').Target} Target */

/** Asks for a token or password, and keeps it in memory. */
export class SignIn {
  /** @type {readonly Target[]} */
  #targets = [];
  #problem = element('p', { class: 'problem', role: 'alert' });
  #token = element('input', { type: 'password', name: 'token', autocomplete: 'off', spellcheck: 'false' });
  #user = element('input', { type: 'text', name: 'user', autocomplete: 'off', spellcheck: 'false' });
  #password = element('input', { type: 'password', name: 'password', autocomplete: 'off' });
  #tokenFields = element('div', { class: 'fields' }, element('label', {}, 'Bearer token', this.#token));
  #userFields = element(
    'div',
    { class: 'fields' },
    element('label', {}, 'User', this.#user),
    element('label', {}, 'Password', this.#password),
  );
  #title = element('h2');

  constructor() {
    this.element = element(
      'form',
      { class: 'card message sign-in', submit: (event) => this.#submit(event) },
      this.#title,
      element('p', {}, 'It is kept in the memory of this page, and is gone when the page is closed.'),
      this.#tokenFields,
      this.#userFields,
      this.#problem,
      element('button', { type: 'submit', class: 'primary' }, 'Show the figures'),
    );
  }

  /** @param {readonly Target[]} targets that refused a scrape */
  update(targets) {
    this.#targets = targets;
    const [first] = targets;
    const takesUsers = targets.some(({ challenge }) => /\bbasic\b/i.test(challenge));
    const takesTokens = targets.some(({ challenge }) => /\bbearer\b/i.test(challenge)) || !takesUsers;
    this.#tokenFields.hidden = !takesTokens;
    this.#userFields.hidden = !takesUsers;
    const what = takesTokens ? (takesUsers ? 'a token or a password' : 'a token') : 'a password';
    const who = targets.length === 1 ? first?.givenName || 'The bot' : `${targets.length} bots`;
    setText(this.#title, `${who} ${targets.length === 1 ? 'asks' : 'ask'} for ${what}`);
    setText(this.#problem, first?.problem === '' ? '' : `Refused: ${first?.problem ?? ''}.`);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const token = this.#token.value.trim();
    const pair = new TextEncoder().encode(`${this.#user.value}:${this.#password.value}`);
    const authorization =
      token !== '' && !this.#tokenFields.hidden ? `Bearer ${token}` : `Basic ${btoa(String.fromCharCode(...pair))}`;
    for (const target of this.#targets) target.authorize(authorization);
    for (const input of [this.#token, this.#password]) input.value = '';
  }
}
