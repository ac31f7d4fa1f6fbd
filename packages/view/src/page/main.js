import { App } from './app.js';

/** @typedef {import('./app.js').Config} Config */

const response = await fetch('view/config.json', { credentials: 'omit' });
new App(/** @type {Config} */ (await response.json())).run();
