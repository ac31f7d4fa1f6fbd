import type { Settled } from '@trademeter/instrumentation';
import type {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  AttributesOf,
  genAiClientOperationDuration,
} from '@trademeter/semantic-conventions';
import type { Stream } from './observed-stream.ts';
import type { Money, TokenUsage } from './token-usage.ts';

type OperationAttributes = AttributesOf<typeof genAiClientOperationDuration>;

/** Who serves the model: `anthropic`, `openai`, `gcp.gemini`, `gcp.vertex_ai`, `aws.bedrock`, … */
export type LlmProvider = OperationAttributes[typeof ATTR_GEN_AI_PROVIDER_NAME];

/** What is asked of the model: `chat`, `generate_content`, `embeddings`, … */
export type LlmOperation = OperationAttributes[typeof ATTR_GEN_AI_OPERATION_NAME];

/** An operation of a language model. */
export interface LlmRequest {
  readonly provider: LlmProvider;
  /** The name of the model that is asked for. */
  readonly model: string;
  /** Default: `generate_content` for the providers `gcp.*`, `chat` for all others. */
  readonly operation?: LlmOperation | undefined;
  /** Which agent asks. Default: that of the options. */
  readonly agent?: string | undefined;
  /** The host that serves the model, where it matters. */
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
  /** What it costs whatever it uses; wins over the price table. A call that fails before it used anything costs nothing. */
  readonly cost?: Money | undefined;
}

/** An operation of a language model whose responses have a shape that is not known here. */
export interface LlmRequestWithExtract<T> extends LlmRequest {
  /**
   * Reads what was used from a response, or from each part of a stream; where it returns `undefined`, the shapes that
   * are known are tried. What it throws is dropped.
   */
  readonly extract?: ((response: T) => TokenUsage | undefined) | undefined;
}

/** An operation that is over and was measured elsewhere. */
export interface LlmRecord extends LlmRequest, TokenUsage {
  /** How long it took. Left out, no duration is recorded. */
  readonly durationSeconds?: number | undefined;
  /** What it failed with; left out or `null`, it did not fail. */
  readonly error?: unknown;
}

/** An operation that is under way. None of its verbs ever throws. */
export interface LlmCall extends Disposable {
  /**
   * Takes what was used from a response, or from a chunk or an event of a stream, of a shape that is known; all else is
   * passed over. What is reported later replaces what was reported earlier, so it can be given every part of a stream.
   */
  observe(part: unknown): void;
  /** Takes what was used from the caller; wins over what was observed, figure by figure. */
  usage(usage: TokenUsage): void;
  /** Marks it as failed: the duration takes `error.type`. `using` cannot see a throw, so a catch has to say it. */
  fail(error: unknown): void;
  /** Records the duration, the tokens and the cost, once. @returns the seconds, or `undefined` when it was stopped before. */
  stop(): number | undefined;
}

/** The operations of language models. Its verbs never throw of their own. */
export interface Llm {
  /**
   * Runs `fn` once, and records how long it took, what its response used, and what that cost. What `fn` throws reaches
   * the caller unchanged, and is recorded as `error.type`.
   *
   * @param fn returns the response of an SDK that is known (Anthropic's, OpenAI's, Google's), or says to the call that it
   *   is given what was used, or leaves that to `extract`
   * @returns what `fn` returns: a plain promise of the same if it returns any kind of promise, else the value
   */
  call<R>(request: LlmRequestWithExtract<Awaited<R>>, fn: (call: LlmCall) => R): Settled<R>;
  /**
   * Runs `fn` once, and hands on each part of the stream that it returns: of whatever `for await` reads. Records when the stream ends, fails, or is
   * closed: the duration, and what the stream said was used until then. A stream that nobody reads or closes records
   * nothing.
   */
  stream<T>(
    request: LlmRequestWithExtract<T>,
    fn: (call: LlmCall) => Stream<T> | PromiseLike<Stream<T>>,
  ): Promise<AsyncGenerator<T, void, undefined>>;
  /** Starts an operation that ends elsewhere. */
  start(request: LlmRequest): LlmCall;
  /** Records an operation that is over. */
  record(record: LlmRecord): void;
}
