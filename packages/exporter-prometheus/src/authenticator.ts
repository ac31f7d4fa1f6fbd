import { createHash, timingSafeEqual } from 'node:crypto';
import { verifyPassword } from './password-hash.ts';

/** Who may scrape. */
export interface Credentials {
  /** Any of these is enough, and so is a user. */
  readonly bearerTokens: readonly string[];
  /** Hashes of passwords, by user. */
  readonly users: ReadonlyMap<string, string>;
}

// A hash of no password that anyone has: an unknown user takes as long as a known one.
const nobodysHash = '$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

const rememberedVerdicts = 100;
const longestQueue = 20;

/** Checks the Authorization header of requests. Nothing of it is ever told. */
export class Authenticator {
  // By a digest of user, hash and password: a scraper comes every few seconds, and hashing takes a fifth of one.
  readonly #verdicts = new Map<string, boolean>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** True when there are no credentials, or the header has one of them. */
  async allows(authorization: string | undefined, credentials: Credentials): Promise<boolean> {
    const { bearerTokens, users } = credentials;
    if (bearerTokens.length === 0 && users.size === 0) return true;
    const [, scheme = '', text = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
    switch (scheme.toLowerCase()) {
      case 'bearer':
        return isOneOf(text, bearerTokens);
      case 'basic':
        return users.size > 0 && (await this.#knows(text, users));
      default:
        return false;
    }
  }

  /** What to answer with 401 beside. */
  challenge({ bearerTokens, users }: Credentials): string[] {
    return [...(bearerTokens.length > 0 ? ['Bearer'] : []), ...(users.size > 0 ? ['Basic realm="metrics"'] : [])];
  }

  async #knows(text: string, users: ReadonlyMap<string, string>): Promise<boolean> {
    const decoded = Buffer.from(text, 'base64').toString();
    const colon = decoded.indexOf(':');
    if (colon === -1) return false;
    const [user, password] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
    const hash = users.get(user);
    const key = digest(JSON.stringify([user, hash ?? '', password])).toString('base64');
    const known = this.#verdicts.get(key);
    if (known !== undefined) return known;
    // One at a time, so that guessing does not take all threads of the process.
    if (this.#waiting >= longestQueue) return false;
    this.#waiting += 1;
    const verified = this.#last.then(() => verifyPassword(password, hash ?? nobodysHash));
    this.#last = verified.catch(() => undefined);
    try {
      const verdict = (await verified) && hash !== undefined;
      this.#remember(key, verdict);
      return verdict;
    } finally {
      this.#waiting -= 1;
    }
  }

  #remember(key: string, verdict: boolean): void {
    const [oldest] = this.#verdicts.keys();
    if (this.#verdicts.size >= rememberedVerdicts && oldest !== undefined) this.#verdicts.delete(oldest);
    this.#verdicts.set(key, verdict);
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
