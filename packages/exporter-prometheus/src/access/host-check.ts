import { isIP } from 'node:net';

/**
 * HostCheck decides which Host headers may reach a server that listens on loopback only. A web page can make its own
 * name resolve to 127.0.0.1 and so read what only this machine should see (DNS rebinding); its requests still carry
 * that name.
 */
export class HostCheck {
  readonly #names: ReadonlySet<string>;

  /** @param names more allowed host names; `*` allows all */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.map(comparable));
  }

  /** @param host the header; a web page never sends an empty one */
  allows(host: string): boolean {
    if (host === '' || this.#names.has('*')) return true;
    const [, bracketed, plain = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
    if (bracketed !== undefined) return isIP(bracketed) === 6;
    const name = comparable(plain);
    // An address is not a name, so no web page can have made it resolve to this machine.
    return isIP(name) === 4 || name === 'localhost' || name.endsWith('.localhost') || this.#names.has(name);
  }
}

function comparable(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
