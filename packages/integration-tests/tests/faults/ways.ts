import type { Collector } from '../../servers/collector.ts';
import type { BotProcess } from './bot-process.ts';
import { FullDoor } from './full-door.ts';
import { answerWith, type Behavior, babble, cut, cutAnswer, hang, Link, loginPage, pass, trickle } from './link.ts';

/** The way from a bot to a Collector, with one thing that can go wrong on it. */
export interface Way extends AsyncDisposable {
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** `false` when nothing can pass before it is mended. */
  readonly isPassable: boolean;
  disturb(): Promise<void>;
  mend(bot: BotProcess): Promise<void>;
}

type Build = (collector: Collector) => Promise<Way>;

/** What can go wrong. */
export interface Fault {
  readonly name: string;
  /** Whether the bot gets to hear of it, or has to wait until its time is up. */
  readonly isSilent: boolean;
  /** What is told of it. */
  readonly reason: string;
  readonly build: Build;
}

/** Each fault, in the words that follow `the Collector`. */
export const faults: readonly Fault[] = [
  fault('is down', 'connect ECONNREFUSED \\S+ \\(is a Collector running there\\?\\)', closed),
  fault('answers 503 with Retry-After', 'Service Unavailable \\(503\\)', link(answerWith(503, { 'retry-after': '1' }))),
  fault(
    'rejects the credentials',
    'Unauthorized \\(401\\): no such user \\(OTEL_EXPORTER_OTLP_HEADERS carries the credentials\\)',
    link(answerWith(401, {}, 'no such user')),
  ),
  fault('cuts the connection', '(read ECONNRESET|socket hang up.*)', link(cut)),
  fault('cuts its answer', 'Service Unavailable \\(503\\)', link(cutAnswer)),
  fault('answers with a login page', 'it answers 200, but not as an OTLP receiver does', link(loginPage)),
  fault('answers with what is no HTTP', 'Parse Error: .*', link(babble)),
  fault(
    'has a name that nobody knows',
    '(getaddrinfo E\\w+ collector\\.invalid|no answer within .*)',
    named('collector.invalid'),
  ),
  silent('has a name that no name server answers for', named('unanswered.invalid')),
  silent('hangs', link(hang)),
  silent('never ends its answer', link(trickle)),
  silent('cannot be connected to', door),
];

function fault(name: string, reason: string, build: Build): Fault {
  return { name, reason, build, isSilent: false };
}

function silent(name: string, build: Build): Fault {
  return { name, build, isSilent: true, reason: 'no answer within \\d+ ms' };
}

function link(behavior: Behavior): Build {
  return async ({ ports }) => {
    const own = await Link.to(ports.otlpHttp);
    return Object.assign(own, {
      isPassable: true,
      disturb: async () => {
        own.behave = behavior;
      },
      mend: async () => {
        own.behave = pass;
      },
    });
  };
}

async function closed({ ports }: Collector): Promise<Way> {
  const own = await Link.to(ports.otlpHttp);
  return Object.assign(own, { isPassable: true, disturb: () => own.close(), mend: () => own.open() });
}

function named(host: string): Build {
  return async ({ ports }) => {
    const own = await Link.to(ports.otlpHttp);
    return {
      url: `http://${host}:${own.port}`,
      isPassable: false,
      disturb: async () => {},
      mend: async (bot) => {
        await bot.ask('resolve', { host });
      },
      [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
    };
  };
}

async function door({ ports }: Collector): Promise<Way> {
  const own = await FullDoor.to(ports.otlpHttp);
  return Object.assign(own, { isPassable: true, disturb: () => own.shut(), mend: async () => own.open() });
}
