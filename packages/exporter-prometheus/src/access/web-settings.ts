import type { SecureContextOptions } from 'node:tls';
import { ConfigurationError, type Log, settlesWithin } from '@trademeter/config';
import { type Credentials, isBearerToken } from './authenticator.ts';
import { loadBcrypt } from './optional-package.ts';
import { isBcryptHash } from './password-hash.ts';
import { ReloadedFile } from './reloaded-file.ts';
import { filesOf, requiresCertificate, secureContextOptions, type TlsSettings } from './tls-settings.ts';
import type { WatchedFile } from './watched-file.ts';
import { emptiedSince, emptySections, type WebConfig, type WebConfigParser, webConfigParser } from './web-config.ts';

/** The options about who may scrape. */
export interface WebOptions {
  readonly bearerToken: string | undefined;
  readonly bearerTokenFile: WatchedFile | undefined;
  /** Password hashes by user. */
  readonly basicAuthUsers: ReadonlyMap<string, string>;
  readonly tls: TlsSettings | undefined;
  readonly webConfigFile: WatchedFile | undefined;
}

/** The settings in force at the moment. */
export interface WebSettings {
  readonly credentials: Credentials;
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: WebConfig['rateLimit'];
  readonly tls: { readonly settings: TlsSettings; readonly context: SecureContextOptions } | undefined;
}

/** TLS settings, with the certificates that are loaded for them. */
interface Tls {
  readonly settings: TlsSettings;
  readonly context: ReloadedFile<SecureContextOptions>;
}

interface Sources {
  /** `undefined` while the path is not a regular file. */
  readonly token: ReloadedFile<string | undefined> | undefined;
  readonly config: ReloadedFile<ReadConfig> | undefined;
  readonly tls: Tls | undefined;
}

type ReadConfig = Omit<WebConfig, 'tls'> & { readonly tls: Tls | undefined };

// How long the start and a request wait for files.
const loadTimeoutMillis = 5_000;
const lookTimeoutMillis = 1_000;

const noConfig: ReadConfig = { users: new Map(), tls: undefined, headers: {}, rateLimit: undefined, document: {} };

/**
 * WebSettingsSource keeps the settings up to date with their files. A broken file does not stop other changes, with one
 * exception: a web config that changes TLS applies as a whole or not at all, because it may require certificates
 * instead of passwords.
 */
export class WebSettingsSource {
  readonly #options: WebOptions;
  readonly #log: Log;
  #loading: Promise<void> | undefined;
  #sources: Sources | undefined;
  #settings: WebSettings | undefined;
  #parts: readonly unknown[] = [];
  #lastLook: Promise<void> = Promise.resolve();
  #nextLook: Promise<void> | undefined;
  #isHanging = false;

  constructor(options: WebOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /**
   * Loads all settings, and the packages that are needed to read them. Rejects with a {@link ConfigurationError} for
   * settings that cannot be used; it can then be called again.
   */
  async load(): Promise<WebSettings> {
    // A load that hangs is not repeated: each attempt would occupy one of Node's four threads.
    const loading = (this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    }));
    if (!(await settlesWithin(loading, loadTimeoutMillis))) {
      const [file] = this.#files;
      const problem = `${file?.namedBy} must be a readable file: ${file?.path} could not be read within ${loadTimeoutMillis} ms`;
      const details = { code: 'ERR_TRADEMETER_FILE', option: file?.option ?? '', value: file?.path } as const;
      throw new ConfigurationError('exporter-prometheus', problem, details);
    }
    await loading;
    return this.current;
  }

  /** The settings that were read last. Call {@link load} first. */
  get current(): WebSettings {
    if (this.#settings === undefined) throw new Error('the settings are not loaded');
    return this.#settings;
  }

  /**
   * Returns the settings in the files now. It waits once for a file system that hangs, and logs that; until it answers,
   * the settings do not change. Call {@link load} first; never rejects.
   */
  async refresh(): Promise<WebSettings> {
    if (this.#files.length === 0 || this.#isHanging) return this.current;
    const look = this.#look();
    if (!(await settlesWithin(look, lookTimeoutMillis)) && !this.#isHanging) {
      this.#isHanging = true;
      const paths = this.#files.map(({ path }) => path).join(', ');
      this.#log.warn(`kept the previous web settings: a file could not be read in time (${paths})`);
      void look.then(() => {
        this.#isHanging = false;
        this.#log.warn(`the web settings files can be read again (${paths})`);
      });
    }
    return this.current;
  }

  /** True when no file has to be checked. */
  get isConstant(): boolean {
    return this.#settings !== undefined && this.#files.length === 0;
  }

  /** The files that the options name. */
  get #files(): WatchedFile[] {
    const { bearerTokenFile, webConfigFile, tls } = this.#options;
    return [bearerTokenFile, webConfigFile, ...(tls === undefined ? [] : filesOf(tls))].filter(
      (file) => file !== undefined,
    );
  }

  /** Starts checking the files after the call; callers before the start share one check. Never rejects. */
  #look(): Promise<void> {
    this.#nextLook ??= this.#lastLook.then(() => {
      this.#nextLook = undefined;
      this.#lastLook = this.#refreshAll();
      return this.#lastLook;
    });
    return this.#nextLook;
  }

  async #refreshAll(): Promise<void> {
    if (this.#sources === undefined) return;
    const { token, config, tls } = this.#sources;
    await token?.refresh();
    const said = (await config?.refresh()) ?? noConfig;
    await (said.tls ?? tls)?.context.refresh();
    this.#update(this.#sources);
  }

  #update(sources: Sources): void {
    const token = sources.token?.value;
    const said = sources.config?.value ?? noConfig;
    const spoken = said.tls ?? sources.tls;
    const context = spoken?.context.value;
    const parts = [token, said, context];
    if (this.#settings !== undefined && parts.every((part, index) => part === this.#parts[index])) return;
    this.#parts = parts;
    const before = this.#settings;
    const bearerTokens = [this.#options.bearerToken, token].filter((each) => each !== undefined);
    const users = new Map([...said.users, ...this.#options.basicAuthUsers]);
    this.#settings = {
      credentials: {
        areRequired: sources.token !== undefined || bearerTokens.length + users.size > 0,
        bearerTokens,
        users,
      },
      headers: said.headers,
      rateLimit: said.rateLimit,
      tls: spoken === undefined || context === undefined ? undefined : { settings: spoken.settings, context },
    };
    // This may be intended, or part of a file may be missing.
    const now = protectionsOf(this.#settings);
    for (const gone of before === undefined ? [] : protectionsOf(before).filter((each) => !now.includes(each))) {
      this.#log.warn(`the web settings changed: ${gone}`);
    }
  }

  async #load(): Promise<void> {
    const { bearerTokenFile, webConfigFile, tls } = this.#options;
    const parse = webConfigFile === undefined ? undefined : await webConfigParser(webConfigFile);
    const sources = {
      token: bearerTokenFile === undefined ? undefined : await this.#tokenIn(bearerTokenFile),
      config:
        webConfigFile === undefined || parse === undefined ? undefined : await this.#configIn(webConfigFile, parse),
      tls: tls === undefined ? undefined : await this.#tls(tls, 'tls'),
    };
    for (const name of emptySections(sources.config?.value.document)) {
      this.#log.warnOnce(`${webConfigFile?.option}: ${name} is empty and has no effect`);
    }
    const users = [...(sources.config?.value.users ?? []), ...this.#options.basicAuthUsers];
    if (users.some(([, hash]) => isBcryptHash(hash))) await loadBcrypt(webConfigFile?.option ?? 'basicAuthUsers');
    this.#sources = sources;
    this.#update(sources);
  }

  #tokenIn(file: WatchedFile): Promise<ReloadedFile<string | undefined>> {
    const { option, path } = file;
    const read = async () => {
      const token = (await file.read()).trim();
      if (isBearerToken(token)) return token;
      const problem = `${option} must contain one token and nothing else; ${path} does not`;
      throw new ConfigurationError('exporter-prometheus', problem, {
        code: 'ERR_TRADEMETER_FILE',
        option,
        value: path,
      });
    };
    return ReloadedFile.open<string | undefined>(option, () => [file], read, this.#log, {
      value: undefined,
      consequence: 'tokens from the file are rejected',
    });
  }

  #configIn(file: WatchedFile, parse: WebConfigParser): Promise<ReloadedFile<ReadConfig>> {
    let known: Tls | undefined;
    let last: WebConfig | undefined;
    // The files of a rejected config: it may become valid when they change.
    let missed: readonly WatchedFile[] = [];
    const read = async () => {
      missed = [];
      const config = parse(await file.read());
      // It may be half-written, or the disk may be full.
      const emptied = emptiedSince(last?.document, config.document);
      if (emptied !== undefined) {
        const where = emptied.length === 0 ? file.option : `${file.option}: ${emptied.join('.')}`;
        const details = { code: 'ERR_TRADEMETER_FILE', option: file.option, value: file.path } as const;
        throw new ConfigurationError('exporter-prometheus', `${where} must not become empty`, details);
      }
      if (config.tls === undefined) {
        known = undefined;
      } else if (JSON.stringify(config.tls) !== JSON.stringify(known?.settings)) {
        missed = filesOf(config.tls);
        known = await this.#tls(config.tls, file.option);
        missed = [];
      }
      last = config;
      return { ...config, tls: known };
    };
    return ReloadedFile.open(file.option, () => [file, ...missed], read, this.#log);
  }

  async #tls(settings: TlsSettings, option: string): Promise<Tls> {
    const files = filesOf(settings);
    const name = [option, ...files.map(({ path }) => path)].join(', ');
    return {
      settings,
      context: await ReloadedFile.open(
        name,
        () => files,
        () => secureContextOptions(settings),
        this.#log,
      ),
    };
  }
}

/** The protections in force, in words for the log message when one is no longer required. */
function protectionsOf({ credentials, tls }: WebSettings): string[] {
  const protections: string[] = [];
  if (credentials.areRequired) protections.push('a password or token is no longer required');
  if (tls !== undefined) protections.push('TLS is no longer used');
  if (tls !== undefined && requiresCertificate(tls.settings.clientAuthType)) {
    protections.push('client certificates are no longer required');
  }
  return protections;
}
