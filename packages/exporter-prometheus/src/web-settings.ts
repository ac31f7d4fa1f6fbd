import type { SecureContextOptions } from 'node:tls';
import type { Credentials } from './authenticator.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Notices } from './notices.ts';
import { loadBcrypt } from './optional-package.ts';
import { isBcryptHash } from './password-hash.ts';
import { Reading } from './reading.ts';
import { filesOf, requiresCertificate, secureContextOptions, type TlsSettings } from './tls-settings.ts';
import type { WatchedFile } from './watched-file.ts';
import { emptiedSince, emptySections, type WebConfig, type WebConfigParser, webConfigParser } from './web-config.ts';

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

/** How to speak TLS, and the certificates that are there for it. */
interface Tls {
  readonly settings: TlsSettings;
  readonly context: Reading<SecureContextOptions>;
}

interface Sources {
  readonly token: Reading<string> | undefined;
  readonly config: Reading<ReadConfig> | undefined;
  readonly tls: Tls | undefined;
}

type ReadConfig = Omit<WebConfig, 'tls'> & { readonly tls: Tls | undefined };

const noConfig: ReadConfig = { users: new Map(), tls: undefined, headers: {}, rateLimit: undefined, document: {} };

/**
 * Keeps the settings up to date with the files that they are in. A file that is broken keeps nothing else from
 * changing, with one exception: a web config that asks for another TLS than before holds as a whole or not at all,
 * because it may have no passwords any more where it asks for certificates.
 */
export class WebSettingsSource {
  readonly #options: WebOptions;
  readonly #notices: Notices;
  #loading: Promise<WebSettings> | undefined;
  #sources: Sources | undefined;
  #settings: WebSettings | undefined;
  #parts: readonly unknown[] = [];

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

  /** The settings as the files have them now. To be called after {@link load}. */
  current(): WebSettings {
    if (this.#sources === undefined) throw new Error('the settings are not loaded');
    const { config, tls } = this.#sources;
    const token = this.#sources.token?.current();
    const said = config?.current() ?? noConfig;
    const spoken = said.tls ?? tls;
    const context = spoken?.context.current();
    const parts = [token, said, context];
    if (this.#settings === undefined || parts.some((part, index) => part !== this.#parts[index])) {
      this.#parts = parts;
      const before = this.#settings;
      this.#settings = {
        credentials: {
          bearerTokens: [this.#options.bearerToken, token].filter((each) => each !== undefined),
          users: new Map([...said.users, ...this.#options.basicAuthUsers]),
        },
        headers: said.headers,
        rateLimit: said.rateLimit,
        tls: spoken === undefined || context === undefined ? undefined : { settings: spoken.settings, context },
      };
      // It may be what was wanted, or a file of which a part is missing.
      const now = protectionsOf(this.#settings);
      for (const gone of before === undefined ? [] : protectionsOf(before).filter((each) => !now.includes(each))) {
        this.#notices.tellAgain(`the web settings have changed: ${gone} any more`);
      }
    }
    return this.#settings;
  }

  async #load(): Promise<WebSettings> {
    const { bearerTokenFile, webConfigFile, tls } = this.#options;
    const parse = webConfigFile === undefined ? undefined : await webConfigParser(webConfigFile);
    this.#sources = {
      token: bearerTokenFile === undefined ? undefined : this.#tokenIn(bearerTokenFile),
      config: webConfigFile === undefined || parse === undefined ? undefined : this.#configIn(webConfigFile, parse),
      tls: tls === undefined ? undefined : this.#tls(tls, 'tls'),
    };
    const settings = this.current();
    for (const name of emptySections(this.#sources.config?.current().document)) {
      this.#notices.tell(`${webConfigFile?.option}: ${name} is empty, and taken as if it were not there`);
    }
    if ([...settings.credentials.users.values()].some(isBcryptHash)) {
      await loadBcrypt(webConfigFile?.option ?? 'basicAuthUsers');
    }
    return settings;
  }

  #tokenIn(file: WatchedFile): Reading<string> {
    const { option, path } = file;
    const read = () => {
      const token = file.read().trim();
      if (token !== '' && !/\s/.test(token)) return token;
      const problem = `${option} must hold one token and nothing else, which ${path} does not`;
      throw new ConfigurationError(problem, { code: 'ERR_TRADEMETER_FILE', option, value: path });
    };
    return new Reading(option, () => [file], read, this.#notices);
  }

  #configIn(file: WatchedFile, parse: WebConfigParser): Reading<ReadConfig> {
    let known: Tls | undefined;
    let last: WebConfig | undefined;
    // Those of a config that was refused: they may be what it waits for.
    let missed: readonly WatchedFile[] = [];
    const read = () => {
      missed = [];
      const config = parse(file.read());
      // A program that writes it has begun, or the disk is full.
      const emptied = emptiedSince(last?.document, config.document);
      if (emptied !== undefined) {
        const where = emptied.length === 0 ? file.option : `${file.option}: ${emptied.join('.')}`;
        const details = { code: 'ERR_TRADEMETER_FILE', option: file.option, value: file.path } as const;
        throw new ConfigurationError(`${where} must not become empty`, details);
      }
      if (config.tls === undefined) {
        known = undefined;
      } else if (JSON.stringify(config.tls) !== JSON.stringify(known?.settings)) {
        missed = filesOf(config.tls);
        known = this.#tls(config.tls, file.option);
        missed = [];
      }
      last = config;
      return { ...config, tls: known };
    };
    return new Reading(file.option, () => [file, ...missed], read, this.#notices);
  }

  #tls(settings: TlsSettings, option: string): Tls {
    const files = filesOf(settings);
    const name = [option, ...files.map(({ path }) => path)].join(', ');
    return {
      settings,
      context: new Reading(
        name,
        () => files,
        () => secureContextOptions(settings),
        this.#notices,
      ),
    };
  }
}

/** What keeps others out, in words for when it is gone. */
function protectionsOf({ credentials, tls }: WebSettings): string[] {
  const protections: string[] = [];
  if (credentials.users.size + credentials.bearerTokens.length > 0) protections.push('no password or token is needed');
  if (tls !== undefined) protections.push('there is no TLS');
  if (tls !== undefined && requiresCertificate(tls.settings.clientAuthType)) {
    protections.push('clients need no certificate');
  }
  return protections;
}
