import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SourceError } from '../generated-files.ts';
import { DeclaredOptions } from './declared-options.ts';
import { optionTable } from './option-table.ts';

const options = `
import type { Level } from './levels.ts';

const modes = ['slow', 'fast'] as const;
const versions = { v1: 1, v2: 2 } as const;

/** The options of a server. */
export interface ServerOptions {
  /**
   * Where to listen,
   * as in {@link Server}.
   *
   * @default \`localhost\`
   * @env HOST
   */
  readonly host?: string | undefined;
  /** Certificates, see {@link https://example.com/tls | TLS}. */
  readonly tls?: TlsOptions | undefined;
  /** Other servers. */
  readonly peers?: readonly PeerOptions[];
  /** Its name: a|b. */
  readonly name: string;
  /** Called once, see {@link https://example.com/}. */
  onStart?(): void;
}

interface TlsOptions {
  /**
   * Its certificate and key.
   *
   * @env CERT
   * @env KEY
   */
  readonly files: string;
  /** The oldest version. */
  readonly version?: keyof typeof versions;
}

interface PeerOptions {
  /** Its address. */
  readonly url: string;
}

export interface FileOptions extends ServerOptions {
  readonly type: 'file';
  /** A path. */
  readonly host?: string;
  /** How to write. */
  readonly mode?: (typeof modes)[number] | 'off';
  /** What to write: \`info\` or \`debug\`. */
  readonly level?: Level | undefined;
  /** What to omit. */
  readonly omitted?: readonly Level[];
  /** What to count. */
  readonly events?: readonly Facts['event'][];
  readonly undescribed?: boolean;
}

interface Facts {
  readonly event: 'start' | 'stop' | (string & {});
}

interface Trade extends Fill {
  readonly fee?: number;
  readonly pnl?: number;
  readonly side?: string;
  readonly venue?: string;
  readonly account?: string;
  readonly strategy?: string;
}

/** A position. */
export interface Position {
  readonly size: number;
  readonly symbol?: string;
}

interface Fill extends Position {
  readonly price: number;
}

/** The handle of a server. */
export class Server {
  #fills = 0;

  /** How many fills there were. */
  get fills(): number {
    return this.#fills;
  }

  /**
   * Counts a fill.
   *
   * This paragraph is for editors.
   *
   * @param reason why
   * @returns whether it is the first
   * @throws Error without a size
   */
  fill(fill: Fill, reason?: Error): boolean {
    return this.#fills++ === 0 && fill.price > 0 && reason === undefined;
  }

  /** Counts a trade, with its \`pnl\`. */
  trade(trade: Trade): void {}

  /** Ends it. */
  close(): void {}

  /** @internal Counts again. */
  forget(): void {}
}

/** Opens parts. */
export interface Opener {
  /**
   * Opens a file.
   *
   * @throws RangeError if it is too large
   */
  file(path: string): void;
  /**
   * Opens a folder.
   *
   * @throws RangeError if it has too many files
   */
  folder(path: string): void;
  /**
   * Opens a socket.
   *
   * @throws RangeError if the port is taken
   */
  socket(port: number): void;
}

interface Undescribed {
  /** @returns nothing */
  verb(): void;
}

/**
 * Which messages are logged.
 *
 * @env LEVEL
 */
export function readLevel(): Level | undefined {
  return undefined;
}
`;

let folder: string;
let declared: DeclaredOptions;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'options-'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ include: ['*.ts'] }));
  writeFileSync(join(folder, 'options.ts'), options);
  writeFileSync(join(folder, 'levels.ts'), "export type Level = 'info' | 'debug';\n");
  declared = new DeclaredOptions(folder);
});

afterAll(() => {
  declared[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const tableOf = (source: string): string => optionTable(declared.optionsIn(source));

describe('a table', () => {
  test('has required options first, and those of the type of an option after it', () => {
    expect(tableOf('ServerOptions, TlsOptions, PeerOptions in options.ts')).toMatchInlineSnapshot(`
      "| option        | default     | meaning                                            |
      | ------------- | ----------- | -------------------------------------------------- |
      | \`name\`        | required    | Its name: a\\|b.                                    |
      | \`host\`        | \`localhost\` | Where to listen, as in \`Server\`. Variable: \`HOST\`. |
      | \`tls\`         |             | Certificates, see [TLS](https://example.com/tls).  |
      | \`tls.files\`   | required    | Its certificate and key. Variables: \`CERT\`, \`KEY\`. |
      | \`tls.version\` |             | The oldest version. One of \`v1\`, \`v2\`.             |
      | \`peers\`       |             | Other servers.                                     |
      | \`peers[].url\` | required    | Its address.                                       |
      | \`onStart\`     |             | Called once, see <https://example.com/>.           |
      "
    `);
  });

  test('has the values that a type allows, unless the doc comment has them or it allows any text, and no discriminant', () => {
    expect(
      tableOf(
        'FileOptions.host, FileOptions.mode, FileOptions.level, FileOptions.omitted, FileOptions.events in options.ts',
      ),
    ).toMatchInlineSnapshot(`
      "| option    | meaning                                     |
      | --------- | ------------------------------------------- |
      | \`host\`    | A path.                                     |
      | \`mode\`    | How to write. One of \`slow\`, \`fast\`, \`off\`. |
      | \`level\`   | What to write: \`info\` or \`debug\`.           |
      | \`omitted\` | What to omit. Any of \`info\`, \`debug\`.       |
      | \`events\`  | What to count.                              |
      "
    `);
  });

  test('has a column of variables if most options have one, also those that a function reads', () => {
    expect(tableOf('ServerOptions.host, readLevel in options.ts')).toMatchInlineSnapshot(`
      "| option | environment variable | default     | meaning                                            |
      | ------ | -------------------- | ----------- | -------------------------------------------------- |
      | \`host\` | \`HOST\`               | \`localhost\` | Where to listen, as in \`Server\`.                   |
      |        | \`LEVEL\`              |             | Which messages are logged. One of \`info\`, \`debug\`. |
      "
    `);
  });

  test('has the members of a handle, with the fields that its verbs take: of many, the required and the described ones', () => {
    expect(tableOf('Server in options.ts')).toMatchInlineSnapshot(`
      "| member                                    | meaning                                                                      |
      | ----------------------------------------- | ---------------------------------------------------------------------------- |
      | \`fills\`                                   | How many fills there were.                                                   |
      | \`fill({ size, price, symbol? }, reason?)\` | Counts a fill. Returns whether it is the first. Throws Error without a size. |
      | \`trade({ size, price, pnl?, … })\`         | Counts a trade, with its \`pnl\`.                                              |
      | \`close()\`                                 | Ends it.                                                                     |
      "
    `);
    expect(tableOf('Server.close, Server.trade in options.ts')).toMatchInlineSnapshot(`
      "| verb                              | meaning                         |
      | --------------------------------- | ------------------------------- |
      | \`close()\`                         | Ends it.                        |
      | \`trade({ size, price, pnl?, … })\` | Counts a trade, with its \`pnl\`. |
      "
    `);
  });

  test('has an error that all methods throw below the table', () => {
    expect(tableOf('Opener in options.ts')).toMatchInlineSnapshot(`
      "| member         | meaning         |
      | -------------- | --------------- |
      | \`file(path)\`   | Opens a file.   |
      | \`folder(path)\` | Opens a folder. |
      | \`socket(port)\` | Opens a socket. |

      Each throws a \`RangeError\` if its arguments do not fit.
      "
    `);
  });

  test('has an option that a second interface declares again once, as the first describes it', () => {
    expect(tableOf('FileOptions.host in options.ts; ServerOptions.host in options.ts')).toMatchInlineSnapshot(`
      "| option | meaning |
      | ------ | ------- |
      | \`host\` | A path. |
      "
    `);
  });
});

test.each([
  ['ServerOptions in other.ts', 'there is no file of options "other.ts"'],
  ['ServerOptions', 'there is no file of options "ServerOptions"'],
  ['ServerOption in options.ts', 'options.ts has no interface, class or function ServerOption'],
  ['ServerOptions.port in options.ts', 'ServerOptions in options.ts has no option port'],
  ['Undescribed in options.ts', 'Undescribed in options.ts: verb() has no doc comment'],
  ['FileOptions in options.ts', 'FileOptions in options.ts: undescribed has no doc comment'],
])('%s is an error', (source, message) => {
  expect(() => tableOf(source)).toThrow(new SourceError(message));
});
