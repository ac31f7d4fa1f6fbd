import type { SecureContextOptions } from 'node:tls';
import type { Credentials } from './authenticator.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Notices } from './notices.ts';
import { loadBcrypt } from './optional-package.ts';
import { isBcryptHash } from './password-hash.ts';
import { filesOf, secureContextOptions, type TlsSettings } from './tls-settings.ts';
import type { WatchedFile } from './watched-file.ts';
import { type WebConfig, type WebConfigParser, webConfigParser } from './web-config.ts';

/** Where it is said who may scrape, and how. */
export interface WebOptions {
  readonly bearerToken: string | undefined;
  readonly bearerTokenFile: WatchedFile | undefined;
  /** Hashes of passwords, by user. */
  readonly basicAuthUsers: ReadonlyMap<string, string>;
  readonly tls: TlsSettings | undefined;
  readonly webConfigFile: WatchedFile | undefined;
}

/** Who may scrape, and how, as it is said at the moment. */
export interface WebSettings {
  readonly credentials: Credentials;
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: WebConfig['rateLimit'];
  readonly tls: { readonly settings: TlsSettings; readonly context: SecureContextOptions } | undefined;
}

const noWebConfig: WebConfig = { users: new Map(), tls: undefined, headers: {}, rateLimit: undefined };

/** Keeps the settings up to date with the files that they are in. */
export class WebSettingsSource {
  readonly #options: WebOptions;
  readonly #notices: Notices;
  #parse: WebConfigParser | undefined;
  #loading: Promise<WebSettings> | undefined;
  #settings: WebSettings | undefined;
  #files: readonly WatchedFile[] = [];

  constructor(options: WebOptions, notices: Notices) {
    this.#options = options;
    this.#notices = notices;
  }

  /**
   * Reads everything for the first time, and what it takes to read it.
   *
   * @throws {ConfigurationError} when something cannot be used; it can then be called again
   */
  load(): Promise<WebSettings> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /**
   * The settings as the files have them now. When they cannot be used, those from before hold, and it is told.
   * To be called after {@link load}.
   */
  current(): WebSettings {
    const known = this.#settings;
    if (known === undefined) throw new Error('the settings are not loaded');
    if (!this.#files.some((file) => file.isChanged)) return known;
    try {
      return this.#read();
    } catch (error) {
      const reason = error instanceof ConfigurationError ? error.message.replace(/^\[[^\]]*\] /, '') : String(error);
      this.#notices.tell(`the web settings stay what they were: ${reason}`);
      return known;
    }
  }

  async #load(): Promise<WebSettings> {
    const { webConfigFile } = this.#options;
    if (webConfigFile !== undefined) this.#parse = await webConfigParser(webConfigFile);
    const settings = this.#read();
    if ([...settings.credentials.users.values()].some(isBcryptHash)) {
      await loadBcrypt(webConfigFile?.option ?? 'basicAuthUsers');
    }
    return settings;
  }

  #read(): WebSettings {
    const { bearerToken, bearerTokenFile, basicAuthUsers, webConfigFile } = this.#options;
    const config = webConfigFile === undefined ? undefined : this.#parse?.(webConfigFile.read());
    const { users, headers, rateLimit, tls = this.#options.tls } = config ?? noWebConfig;
    const tokens = [bearerToken, this.#token()].filter((token) => token !== undefined);
    const settings = {
      credentials: { bearerTokens: tokens, users: new Map([...users, ...basicAuthUsers]) },
      headers,
      rateLimit,
      tls: tls === undefined ? undefined : { settings: tls, context: secureContextOptions(tls) },
    };
    this.#settings = settings;
    this.#files = [bearerTokenFile, webConfigFile, ...(tls === undefined ? [] : filesOf(tls))].filter(
      (file) => file !== undefined,
    );
    return settings;
  }

  #token(): string | undefined {
    const file = this.#options.bearerTokenFile;
    if (file === undefined) return undefined;
    const token = file.read().trim();
    if (token !== '' && !/\s/.test(token)) return token;
    const problem = `${file.option} must hold one token and nothing else, which ${file.path} does not`;
    throw new ConfigurationError(problem, { code: 'ERR_TRADEMETER_FILE', option: file.option, value: file.path });
  }
}
