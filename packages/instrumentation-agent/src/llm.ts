import {
  type Counter,
  errorType,
  type Histogram,
  httpStatusOf,
  Log,
  type Meter,
  whenSettled,
} from '@trademeter/instrumentation';
import {
  ATTR_ERROR_TYPE,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_TOKEN_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_TRADING_CURRENCY,
  type AttributesOf,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT,
  GEN_AI_TOKEN_TYPE_VALUE_INPUT,
  GEN_AI_TOKEN_TYPE_VALUE_OUTPUT,
  type genAiClientOperationDuration,
  type genAiClientTokenUsage,
  METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
  METRIC_GEN_AI_CLIENT_TOKEN_USAGE,
  type tradingAgentCost,
} from '@trademeter/semantic-conventions';
import type { Llm, LlmCall, LlmRequest, LlmRequestWithExtract } from './llm-call.ts';
import { observeStream } from './observed-stream.ts';
import { costOf, type TokenPrice } from './token-prices.ts';
import type { Money, TokenUsage } from './token-usage.ts';
import { UsageReader } from './usage-reader.ts';

interface LlmParts {
  readonly meter: Meter;
  readonly durations: Histogram<typeof genAiClientOperationDuration>;
  readonly tokens: Histogram<typeof genAiClientTokenUsage>;
  readonly costs: Counter<typeof tradingAgentCost>;
  readonly prices: ReadonlyMap<string, TokenPrice>;
  readonly agent: string | undefined;
}

type OperationAttributes = AttributesOf<typeof genAiClientOperationDuration>;

/** A copy of a request, so that later changes by the caller have no effect. */
interface Operation {
  readonly model: string;
  readonly cost: Money | undefined;
  readonly attributes: OperationAttributes;
  costAttributes(currency: string): AttributesOf<typeof tradingAgentCost>;
}

const hints = {
  call: 'use stream() for a stream, or pass extract',
  stream: 'for OpenAI, request it with stream_options: { include_usage: true }; for others, pass extract',
  start: 'pass its parts to observe(), or the tokens to usage()',
  record: 'pass inputTokens and outputTokens',
};

export function createLlm({ meter, durations, tokens, costs, prices, agent: ownAgent }: LlmParts): Llm {
  const log = new Log('instrumentation-agent');

  function readOperation(request: LlmRequest): Operation {
    const { provider, model, operation, agent = ownAgent, serverAddress, serverPort, cost } = request;
    return {
      model,
      cost,
      attributes: {
        [ATTR_GEN_AI_OPERATION_NAME]: operation ?? defaultOperation(provider),
        [ATTR_GEN_AI_PROVIDER_NAME]: provider,
        [ATTR_GEN_AI_REQUEST_MODEL]: model,
        [ATTR_SERVER_ADDRESS]: serverAddress,
        [ATTR_SERVER_PORT]: serverPort,
      },
      costAttributes: (currency) => ({
        [ATTR_GEN_AI_PROVIDER_NAME]: provider,
        [ATTR_GEN_AI_REQUEST_MODEL]: model,
        [ATTR_TRADING_CURRENCY]: currency,
        [ATTR_GEN_AI_AGENT_NAME]: agent,
      }),
    };
  }

  /** @param hint what to do if there are no tokens; `undefined` if their absence is expected */
  function recordUsage(operation: Operation, usage: TokenUsage, hint: string | undefined, failed: boolean): void {
    const attributes = { ...operation.attributes, [ATTR_GEN_AI_RESPONSE_MODEL]: usage.responseModel };
    const { inputTokens, outputTokens } = usage;
    if (inputTokens !== undefined) {
      tokens.record(inputTokens, { ...attributes, [ATTR_GEN_AI_TOKEN_TYPE]: GEN_AI_TOKEN_TYPE_VALUE_INPUT });
    }
    if (outputTokens !== undefined) {
      tokens.record(outputTokens, { ...attributes, [ATTR_GEN_AI_TOKEN_TYPE]: GEN_AI_TOKEN_TYPE_VALUE_OUTPUT });
    }
    const cost = usage.cost ?? costFor(operation, usage, hint, failed);
    if (cost !== undefined) costs.add(cost.amount, operation.costAttributes(cost.currency));
  }

  function costFor(
    { model, cost }: Operation,
    usage: TokenUsage,
    hint: string | undefined,
    failed: boolean,
  ): Money | undefined {
    const isUnused = usage.inputTokens === undefined && usage.outputTokens === undefined;
    // For example a call that was rejected by a rate limit.
    if (isUnused && failed) return undefined;
    if (cost !== undefined) return cost;
    if (isUnused) {
      if (hint !== undefined) log.warnOnce(`no token usage was found in a response of ${model}: ${hint}. Logged once.`);
      return undefined;
    }
    const price = prices.get(usage.responseModel ?? model) ?? prices.get(model);
    if (price !== undefined) return costOf(usage, price);
    log.warnOnce(`the option prices has no price for ${model}: its tokens are counted, its cost is not. Logged once.`);
    return undefined;
  }

  function begin(request: LlmRequest, hint: () => string | undefined): LlmCall {
    const operation = meter.attempt(METRIC_GEN_AI_CLIENT_OPERATION_DURATION, () => {
      const read = readOperation(request);
      // Start at 0, so that an alert on the increase sees the first cost.
      const currency = read.cost?.currency ?? prices.get(read.model)?.currency;
      if (currency !== undefined) costs.initialize(read.costAttributes(currency));
      return read;
    });
    const timer = durations.startTimer(operation?.attributes ?? ({} as OperationAttributes));
    const reader = new UsageReader();
    let given: TokenUsage = {};
    let failed = false;
    let stopped = false;

    function fail(error: unknown): void {
      failed = true;
      timer.fail(failureOf(error));
    }

    function stop(): number | undefined {
      if (stopped) return undefined;
      stopped = true;
      meter.attempt(METRIC_GEN_AI_CLIENT_TOKEN_USAGE, () => {
        if (operation === undefined || !meter.isActive()) return;
        if (reader.failure !== undefined && !failed) fail(reader.failure);
        const usage = { ...reader.usage(), ...given };
        timer.set({ [ATTR_GEN_AI_RESPONSE_MODEL]: usage.responseModel });
        recordUsage(operation, usage, hint(), failed);
      });
      return timer.stop();
    }

    return {
      observe(part) {
        meter.attempt(METRIC_GEN_AI_CLIENT_TOKEN_USAGE, () => reader.read(part));
      },
      usage(usage) {
        meter.attempt(METRIC_GEN_AI_CLIENT_TOKEN_USAGE, () => {
          given = { ...given, ...definedOf(usage) };
        });
      },
      fail,
      stop,
      [Symbol.dispose]: () => void stop(),
    };
  }

  /** Reads the usage of a response with the caller's `extract`, or else by its shape. */
  function take<T>(call: LlmCall, request: LlmRequestWithExtract<T>, response: T): void {
    const usage = meter.attempt(METRIC_GEN_AI_CLIENT_TOKEN_USAGE, () => request.extract?.(response));
    if (usage === undefined) call.observe(response);
    else call.usage(usage);
  }

  return {
    call: (request, fn) => {
      const call = begin(request, () => hints.call);
      return whenSettled(
        () => fn(call),
        (failure, response) => {
          if (failure === undefined) take(call, request, response as Awaited<ReturnType<typeof fn>>);
          else call.fail(failure.error);
          call.stop();
        },
      );
    },
    async stream(request, fn) {
      let isWhole = false;
      const call = begin(request, () => (isWhole ? hints.stream : undefined));
      const fail = (error: unknown): void => {
        call.fail(error);
        call.stop();
      };
      try {
        return observeStream(await fn(call), {
          part: (part) => take(call, request, part),
          end(whole) {
            isWhole = whole;
            call.stop();
          },
          fail,
        });
      } catch (error) {
        fail(error);
        throw error;
      }
    },
    start: (request) => begin(request, () => hints.start),
    record(record) {
      meter.attempt(METRIC_GEN_AI_CLIENT_OPERATION_DURATION, () => {
        if (!meter.isActive()) return;
        const operation = readOperation(record);
        const { durationSeconds, error, ...rest } = record;
        const usage = definedOf(rest);
        // Node's callbacks pass null if nothing failed.
        const failed = error !== undefined && error !== null;
        if (durationSeconds !== undefined) {
          durations.record(durationSeconds, {
            ...operation.attributes,
            [ATTR_GEN_AI_RESPONSE_MODEL]: usage.responseModel,
            [ATTR_ERROR_TYPE]: failed ? errorType(failureOf(error)) : undefined,
          });
        }
        recordUsage(operation, usage, hints.record, failed);
      });
    },
  };
}

function defaultOperation(provider: unknown): string {
  return typeof provider === 'string' && provider.startsWith('gcp.')
    ? GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT
    : GEN_AI_OPERATION_NAME_VALUE_CHAT;
}

/** Prefers the HTTP status, because the SDKs have different names for their errors. */
function failureOf(error: unknown): unknown {
  return httpStatusOf(error) ?? error;
}

function definedOf(usage: TokenUsage): TokenUsage {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined && value !== null));
}
