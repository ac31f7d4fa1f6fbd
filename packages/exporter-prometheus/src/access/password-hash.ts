import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { loadBcrypt } from './optional-package.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

// OWASP's recommendation: 2^15 × 8 × 3 takes 32 MB and about a fifth of a second.
const cost = { ln: 15, r: 8, p: 3 };
const keyLength = 32;
const shortestKey = 16;

// The memory that checking one password may take. Anyone can request a check.
const mostMemory = 2 ** 30;

const scryptHash = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;
// A check at cost 16 takes some seconds of a thread; at 31, a day.
const bcryptHash = /^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/;

/**
 * Hashes a password for `basicAuthUsers` with scrypt, which needs no other package. The work runs off the event loop.
 *
 * @returns `$scrypt$ln=15,r=8,p=3$…$…`
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password.normalize(), salt, keyLength, scryptOptions(cost.ln, cost.r, cost.p));
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(key)}`;
}

/** What {@link isPasswordHash} accepts, in words. */
export const passwordHashes = 'from hashPassword() or from bcrypt with a cost of at most 16';

/** True for a user name that HTTP can carry, without colons and control characters (RFC 7617, section 2). */
export function isUserName(text: string): boolean {
  return text !== '' && !/[:\p{Cc}]/u.test(text);
}

/** True for hashes from {@link hashPassword} and from bcrypt, such as `htpasswd -nB` prints. */
export function isPasswordHash(text: string): boolean {
  return scryptParts(text) !== undefined || isBcryptHash(text);
}

/** True for a hash that needs `@node-rs/bcrypt`. */
export function isBcryptHash(text: string): boolean {
  return bcryptHash.test(text);
}

/** Takes the same time for wrong and right passwords. The work runs off the event loop. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parts = scryptParts(hash);
  if (parts === undefined) {
    const bcrypt = await loadBcrypt('basicAuthUsers');
    return await bcrypt.verify(password, hash);
  }
  const { options, salt, key } = parts;
  return timingSafeEqual(await derive(password.normalize(), salt, key.length, options), key);
}

interface ScryptParts {
  readonly options: ScryptOptions;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** `undefined` for other hashes, and for costs that scrypt does not support or that are unreasonable. */
function scryptParts(hash: string): ScryptParts | undefined {
  const match = scryptHash.exec(hash);
  if (match === null) return undefined;
  const [ln = 0, r = 0, p = 0] = match.slice(1, 4).map(Number);
  const [salt, key] = [Buffer.from(match[4] ?? '', 'base64'), Buffer.from(match[5] ?? '', 'base64')];
  const options = scryptOptions(ln, r, p);
  const isPossible = ln >= 1 && r >= 1 && p >= 1 && ln < 16 * r && (options.maxmem ?? 0) <= mostMemory;
  return isPossible && key.length >= shortestKey ? { options, salt, key } : undefined;
}

function scryptOptions(ln: number, r: number, p: number): ScryptOptions {
  const N = 2 ** ln;
  return { N, r, p, maxmem: 128 * N * r * p + 1024 * 1024 };
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
