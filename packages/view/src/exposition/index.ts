export { type Exposition, ExpositionError, type Family, type Labels, parseExposition, type Sample } from './parse.js';
