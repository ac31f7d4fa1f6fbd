import type { Collector } from '../../servers/collector.ts';
import { Blackhole } from './blackhole.ts';
import type { BotProcess } from './bot-process.ts';
import {
  answerWith,
  type Behavior,
  babble,
  cut,
  cutAnswer,
  FaultyProxy,
  hang,
  loginPage,
  pass,
  trickle,
} from './faulty-proxy.ts';

/** A bot's route to a Collector, with one fault that can be switched on. */
export interface CollectorRoute extends AsyncDisposable {
  /** The value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** False when nothing gets through before the first repair. */
  readonly isReachable: boolean;
  disrupt(): Promise<void>;
  repair(bot: BotProcess): Promise<void>;
}

type Build = (collector: Collector) => Promise<CollectorRoute>;

/** A fault between a bot and a Collector. */
export interface Fault {
  readonly name: string;
  /** Whether the bot sees no error, only a timeout. */
  readonly isSilent: boolean;
  /** A pattern for the reason in the log line. */
  readonly reason: string;
  readonly build: Build;
}

/** All faults; their names complete "the Collector …". */
export const faults: readonly Fault[] = [
  fault('is down', 'connect ECONNREFUSED \\S+ \\(is a Collector running there\\?\\)', closed),
  fault(
    'answers 503 with Retry-After',
    'Service Unavailable \\(503\\)',
    proxy(answerWith(503, { 'retry-after': '1' })),
  ),
  fault(
    'rejects the credentials',
    'Unauthorized \\(401\\): no such user \\(set the credentials in OTEL_EXPORTER_OTLP_HEADERS\\)',
    proxy(answerWith(401, {}, 'no such user')),
  ),
  fault('cuts the connection', '(read ECONNRESET|socket hang up.*)', proxy(cut)),
  fault('cuts its answer', 'Service Unavailable \\(503\\)', proxy(cutAnswer)),
  fault(
    'answers with a login page',
    'got HTTP 200, but the body is not an OTLP response \\(is this a proxy or a login page\\?\\)',
    proxy(loginPage),
  ),
  fault('answers with invalid HTTP', 'Parse Error: .*', proxy(babble)),
  fault(
    'has an unknown name',
    '(getaddrinfo E\\w+ collector\\.invalid|no answer within .*)',
    named('collector.invalid'),
  ),
  silent('has a name that is never resolved', named('unanswered.invalid')),
  silent('hangs', proxy(hang)),
  silent('never ends its answer', proxy(trickle)),
  silent('cannot be connected to', blackhole),
];

function fault(name: string, reason: string, build: Build): Fault {
  return { name, reason, build, isSilent: false };
}

function silent(name: string, build: Build): Fault {
  return { name, build, isSilent: true, reason: 'no answer within \\d+ ms' };
}

function proxy(behavior: Behavior): Build {
  return async ({ ports }) => {
    const own = await FaultyProxy.to(ports.otlpHttp);
    return Object.assign(own, {
      isReachable: true,
      disrupt: async () => {
        own.behave = behavior;
      },
      repair: async () => {
        own.behave = pass;
      },
    });
  };
}

async function closed({ ports }: Collector): Promise<CollectorRoute> {
  const own = await FaultyProxy.to(ports.otlpHttp);
  return Object.assign(own, { isReachable: true, disrupt: () => own.close(), repair: () => own.open() });
}

function named(host: string): Build {
  return async ({ ports }) => {
    const own = await FaultyProxy.to(ports.otlpHttp);
    return {
      url: `http://${host}:${own.port}`,
      isReachable: false,
      disrupt: async () => {},
      repair: async (bot) => {
        await bot.ask('resolve', { host });
      },
      [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
    };
  };
}

async function blackhole({ ports }: Collector): Promise<CollectorRoute> {
  const own = await Blackhole.to(ports.otlpHttp);
  return Object.assign(own, { isReachable: true, disrupt: () => own.shut(), repair: async () => own.open() });
}
