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

/** The provider of the model: `anthropic`, `openai`, `gcp.gemini`, `gcp.vertex_ai`, `aws.bedrock`, … */
export type LlmProvider = OperationAttributes[typeof ATTR_GEN_AI_PROVIDER_NAME];

/** The kind of the operation: `chat`, `generate_content`, `embeddings`, … */
export type LlmOperation = OperationAttributes[typeof ATTR_GEN_AI_OPERATION_NAME];

/** An operation of a language model. */
export interface LlmRequest {
  readonly provider: LlmProvider;
  /** The name of the requested model. */
  readonly model: string;
  /** Default: `generate_content` for the providers `gcp.*`, `chat` for all others. */
  readonly operation?: LlmOperation | undefined;
  /** The name of the agent. Default: the option `agent`. */
  readonly agent?: string | undefined;
  /** The host that serves the model. */
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
  /** A fixed cost, which takes precedence over the price table. A call that fails without usage costs nothing. */
  readonly cost?: Money | undefined;
}

/** An operation of a language model whose responses may have an unknown shape. */
export interface LlmRequestWithExtract<T> extends LlmRequest {
  /**
   * Reads the usage from a response, or from each part of a stream. If it returns `undefined`, the known shapes are
   * tried. Its errors are dropped, counted and logged once.
   */
  readonly extract?: ((response: T) => TokenUsage | undefined) | undefined;
}

/** An operation that has ended and was measured elsewhere. */
export interface LlmRecord extends LlmRequest, TokenUsage {
  /** How long it took, in seconds. Default: no duration is recorded. */
  readonly durationSeconds?: number | undefined;
  /** The error, if it failed; `null` counts as omitted. */
  readonly error?: unknown;
}

/** LlmCall is a running operation. No verb throws. */
export interface LlmCall extends Disposable {
  /**
   * Reads the usage from a response, or from a chunk or an event of a stream. Unknown shapes are ignored. Later usage
   * replaces earlier usage, so pass every part of a stream.
   */
  observe(part: unknown): void;
  /** Sets the usage. Each figure takes precedence over an observed one. */
  usage(usage: TokenUsage): void;
  /** Marks it as failed: the duration gets an `error.type`. `using` cannot see an error, so call this in a `catch`. */
  fail(error: unknown): void;
  /** Records the duration, the tokens and the cost, once. @returns the seconds; `undefined` if it was stopped before */
  stop(): number | undefined;
}

/** Records operations of language models. The verbs throw no errors of their own. */
export interface Llm {
  /**
   * Runs `fn` once, and records its duration, the tokens of its response, and their cost. An error of `fn` is recorded
   * as `error.type` and reaches the caller unchanged.
   *
   * @param fn returns the response of a known SDK (Anthropic's, OpenAI's, Google's). For others, set `extract`, or call
   *   `usage()` of the call that `fn` receives.
   * @returns what `fn` returns; a promise of any kind as a plain promise
   */
  call<R>(request: LlmRequestWithExtract<Awaited<R>>, fn: (call: LlmCall) => R): Settled<R>;
  /**
   * Runs `fn` once, and returns the stream that it returns, which may be anything that `for await` reads. When the
   * stream ends, fails or is closed, the duration and the usage so far are recorded. A stream that is never read or
   * closed records nothing.
   */
  stream<T>(
    request: LlmRequestWithExtract<T>,
    fn: (call: LlmCall) => Stream<T> | PromiseLike<Stream<T>>,
  ): Promise<AsyncGenerator<T, void, undefined>>;
  /** Starts an operation that ends in another place. */
  start(request: LlmRequest): LlmCall;
  /** Records an operation that has ended. */
  record(record: LlmRecord): void;
}
