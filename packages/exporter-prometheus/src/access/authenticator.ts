import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyPassword } from './password-hash.ts';

/** Who may scrape. */
export interface Credentials {
  /** Whether anyone needs a token or a password, even where none is valid at the moment. */
  readonly areRequired: boolean;
  /** Any of these is enough, and so is a user. */
  readonly bearerTokens: readonly string[];
  /** Hashes of passwords, by user. */
  readonly users: ReadonlyMap<string, string>;
}

/** Whether someone may scrape; `busy` when there are too many guesses to tell. */
export type Verdict = 'allowed' | 'refused' | 'busy';

/** True for what an Authorization header can carry and {@link Authenticator} reads. */
export function isBearerToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

const rememberedGuesses = 100;
const longestQueue = 20;

/** Checks the Authorization header of requests. Nothing of it is ever told. */
export class Authenticator {
  // Digests of user, hash and password: a scraper comes every few seconds, and hashing takes a fifth of one. The right
  // one of each user is kept apart, where no guesses push it out.
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

  /** What to answer with 401 beside. */
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
    // One at a time, so that guessing does not take all threads of the process.
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

/** Looks at all of them, each in a time that does not depend on where it differs. */
function isOneOf(token: string, tokens: readonly string[]): boolean {
  const given = digest(token);
  return tokens.filter((allowed) => timingSafeEqual(given, digest(allowed))).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
