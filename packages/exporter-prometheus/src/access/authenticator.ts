import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyPassword } from './password-hash.ts';

/** The credentials that allow a scrape. */
export interface Credentials {
  /** Whether a token or password is required, even if none is valid at the moment. */
  readonly areRequired: boolean;
  /** Tokens, each of which is sufficient; a user is, too. */
  readonly bearerTokens: readonly string[];
  /** Password hashes by user. */
  readonly users: ReadonlyMap<string, string>;
}

/** The result of checking a request; `busy` when too many passwords wait to be checked. */
export type Verdict = 'allowed' | 'refused' | 'busy';

/** True for a token that an Authorization header can carry and {@link Authenticator} reads. */
export function isBearerToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

const rememberedGuesses = 100;
const longestQueue = 20;

/** Authenticator checks the Authorization header of requests. It never logs any part of it. */
export class Authenticator {
  // Digests of user, hash and password: a scraper comes every few seconds, and hashing takes a fifth of a second. Each
  // user's correct digest is kept separately, so that guesses cannot evict it.
  readonly #right = new Map<string, string>();
  readonly #wrong = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Allows everyone when no credentials are required. */
  async judge(authorization: string | undefined, credentials: Credentials): Promise<Verdict> {
    const { areRequired, bearerTokens, users } = credentials;
    if (!areRequired) return 'allowed';
    const [, scheme = '', text = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
    switch (scheme.toLowerCase()) {
      case 'bearer':
        return isOneOf(text, bearerTokens) ? 'allowed' : 'refused';
      case 'basic':
        return await this.#judgeUser(text, users);
      default:
        return 'refused';
    }
  }

  /** The WWW-Authenticate headers of a 401 answer. */
  challenge({ bearerTokens, users }: Credentials): string[] {
    const basic = users.size > 0 ? ['Basic realm="metrics"'] : [];
    return bearerTokens.length > 0 || basic.length === 0 ? ['Bearer', ...basic] : basic;
  }

  async #judgeUser(text: string, users: ReadonlyMap<string, string>): Promise<Verdict> {
    const decoded = Buffer.from(text, 'base64').toString();
    const colon = decoded.indexOf(':');
    // An unknown user takes as long as a known one, whose hash may be of either kind.
    const [anyHash] = users.values();
    if (colon === -1 || anyHash === undefined) return 'refused';
    const [user, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
    const hash = users.get(user);
    const guess = digest(JSON.stringify([user, hash ?? '', password])).toString('base64');
    if (this.#right.get(user) === guess) return 'allowed';
    if (this.#wrong.has(guess)) return 'refused';
    // One at a time, so that guesses do not occupy all threads of the process.
    if (this.#waiting >= longestQueue) return 'busy';
    this.#waiting += 1;
    const verified = this.#last.then(() => verifyPassword(password, hash ?? anyHash));
    this.#last = verified.catch(() => undefined);
    try {
      const isRight = (await verified) && hash !== undefined;
      if (isRight) this.#right.set(user, guess);
      else this.#rememberWrong(guess);
      return isRight ? 'allowed' : 'refused';
    } finally {
      this.#waiting -= 1;
    }
  }

  #rememberWrong(guess: string): void {
    const [oldest] = this.#wrong;
    if (this.#wrong.size >= rememberedGuesses && oldest !== undefined) this.#wrong.delete(oldest);
    this.#wrong.add(guess);
  }
}

/** Compares with all of them, in a time that does not depend on where they differ. */
function isOneOf(token: string, tokens: readonly string[]): boolean {
  const given = digest(token);
  return tokens.filter((allowed) => timingSafeEqual(given, digest(allowed))).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
