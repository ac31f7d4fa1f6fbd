import { ConfigurationError } from '@trademeter/instrumentation';
import { agentMetrics } from '@trademeter/semantic-conventions';
import { createTestTelemetry } from '@trademeter/testing';
import * as fc from 'fast-check';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { type AgentOptions, instrumentAgent, type LlmRequest, type TokenUsage, tokenUsageOf } from './index.ts';

function setUp(options: Omit<AgentOptions, 'meterProvider' | 'now'> = {}) {
  const telemetry = createTestTelemetry({ global: true });
  onTestFinished(() => telemetry.shutdown());
  const clock = { milliseconds: Date.parse('2020-03-09T14:30:00Z') };
  const agent = instrumentAgent({ ...options, meterProvider: telemetry.meterProvider, now: () => clock.milliseconds });
  const tokens = async (type: 'input' | 'output') =>
    (await telemetry.histogram('gen_ai.client.token.usage', { 'gen_ai.token.type': type }))?.sum;
  return { telemetry, clock, agent, tokens, warnings: telemetry.messages };
}

const request = { provider: 'anthropic', model: 'claude-haiku-4-5' } as const satisfies LlmRequest;
const haiku = { input: 1, output: 5, cachedInput: 0.1, cacheWrite: 1.25, currency: 'USD' };

/** A response in Anthropic's shape. */
function message(model: string, input_tokens: number, output_tokens: number) {
  return { type: 'message', model, usage: { input_tokens, output_tokens } };
}

async function* messageInParts(error?: Error): AsyncGenerator {
  yield message('claude-haiku-4-5', 100, 1);
  yield { type: 'message_delta', usage: { output_tokens: 7 } };
  if (error !== undefined) throw error;
  yield { type: 'message_delta', usage: { output_tokens: 9 } };
}

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

describe('analyses and decisions', () => {
  test('counts analyses and decisions, and records conviction', async () => {
    const { telemetry, agent } = setUp({ agent: 'analyst' });

    agent.analysis();
    agent.analysis({ symbol: 'AAPL' });
    agent.analysis({ symbol: 'AAPL', agent: 'risk-officer' });
    agent.decision({ action: 'buy', symbol: 'AAPL', conviction: 0.8 });
    agent.decision({ action: 'hold', symbol: 'MSFT' });

    const analyst = { 'gen_ai.agent.name': 'analyst' };
    expect(await telemetry.value('trading.agent.analyses', analyst)).toBe(2);
    expect(await telemetry.value('trading.agent.analyses', { 'trading.symbol': 'AAPL' })).toBe(2);
    expect(await telemetry.value('trading.agent.decisions', { ...analyst, 'trading.symbol': 'MSFT' })).toBe(1);
    expect(await telemetry.histogram('trading.agent.conviction', { 'trading.decision.action': 'buy' })).toMatchObject({
      count: 1,
      sum: 0.8,
    });
    expect(await telemetry.series('trading.agent.conviction')).toHaveLength(1);
  });

  test('an invalid conviction is dropped, and the decision counts', async () => {
    const { telemetry, agent } = setUp();

    agent.decision({ action: 'buy', symbol: 'AAPL', conviction: 85 });

    expect(await telemetry.value('trading.agent.decisions')).toBe(1);
    expect(await telemetry.series('trading.agent.conviction')).toEqual([]);
    expect(await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_value' })).toBe(
      1,
    );
  });
});

describe('calls of a model', () => {
  test('times the inference of a model', async () => {
    const { telemetry, clock, agent } = setUp();
    const model = agent.model('lstm');
    const error = new RangeError('shape');

    const prediction = model.time(() => {
      clock.milliseconds += 2;
      return 0.7;
    });
    {
      using timer = model.start();
      clock.milliseconds += 4;
      void timer;
    }
    model.record(0.006);
    expect(() =>
      model.time(() => {
        throw error;
      }),
    ).toThrow(error);

    expect(prediction).toBe(0.7);
    expect(agent.model('lstm')).toBe(model);
    const inference = await telemetry.series('trading.model.inference.duration');
    expect(inference.map(({ attributes, histogram }) => [attributes, histogram?.count])).toEqual([
      [{ 'trading.model.name': 'lstm' }, 3],
      [{ 'trading.model.name': 'lstm', 'error.type': 'RangeError' }, 1],
    ]);
    expect(inference[0]?.value).toBeCloseTo(0.012, 10);
  });

  test('times a call, returns its result, and counts the tokens of the response', async () => {
    const { telemetry, clock, agent, tokens } = setUp({ prices: { 'claude-haiku-4-5': haiku } });

    const answer = await agent.llm.call(request, async () => {
      clock.milliseconds += 1_500;
      return message('claude-haiku-4-5-20251001', 1_000, 200);
    });
    const atOnce = agent.llm.call(request, () => message('claude-haiku-4-5-20251001', 1_000, 200));

    expectTypeOf(answer).toEqualTypeOf<ReturnType<typeof message>>();
    expect(answer).toEqual(atOnce);
    const duration = await telemetry.histogram('gen_ai.client.operation.duration');
    expect(duration).toMatchObject({ count: 2, sum: 1.5 });
    expect([await tokens('input'), await tokens('output')]).toEqual([2_000, 400]);
    expect(await telemetry.value('trading.agent.cost')).toBeCloseTo(2 * (0.001 + 0.001), 12);
  });

  test('the buckets are those of the GenAI conventions, and those that bots used before', async () => {
    const { telemetry, agent } = setUp();

    agent.llm.call(request, () => message('claude-haiku-4-5', 1, 1));

    const duration = await telemetry.histogram('gen_ai.client.operation.duration');
    expect(duration?.boundaries).toEqual(expect.arrayContaining([0.01, 0.02, 40.96, 81.92, 0.5, 30, 60]));
    const usage = await telemetry.histogram('gen_ai.client.token.usage', { 'gen_ai.token.type': 'input' });
    expect(usage?.boundaries).toEqual([
      1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864,
    ]);
  });

  test('an error reaches the caller unchanged and is recorded with the duration', async () => {
    const { telemetry, agent } = setUp();
    const error = new TypeError('no network');
    let runs = 0;
    const failing = (): never => {
      runs += 1;
      throw error;
    };

    expect(() => agent.llm.call(request, failing)).toThrow(error);
    await expect(agent.llm.call(request, async () => failing())).rejects.toBe(error);
    await expect(agent.llm.stream(request, failing)).rejects.toBe(error);

    expect(runs).toBe(3);
    expect(await telemetry.histogram('gen_ai.client.operation.duration', { 'error.type': 'TypeError' })).toMatchObject({
      count: 3,
    });
    expect(await telemetry.series('gen_ai.client.token.usage')).toEqual([]);
  });

  test('the operation follows the provider, unless the caller sets it', async () => {
    const { telemetry, agent } = setUp();
    const operations = [
      { provider: 'openai', model: 'gpt-5.6' },
      { provider: 'gcp.vertex_ai', model: 'gemini-3-pro', serverAddress: 'aiplatform.googleapis.com', serverPort: 443 },
      { provider: 'openai', model: 'gpt-5.6', operation: 'text_completion' },
    ] as const;
    for (const operation of operations) agent.llm.start(operation).stop();

    const series = await telemetry.series('gen_ai.client.operation.duration');
    expect(series.map(({ attributes }) => attributes)).toEqual([
      { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5.6' },
      {
        'gen_ai.operation.name': 'generate_content',
        'gen_ai.provider.name': 'gcp.vertex_ai',
        'gen_ai.request.model': 'gemini-3-pro',
        'server.address': 'aiplatform.googleapis.com',
        'server.port': 443,
      },
      {
        'gen_ai.operation.name': 'text_completion',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-5.6',
      },
    ]);
  });

  test('a started call takes its usage from the caller', async () => {
    const { telemetry, clock, agent, tokens } = setUp({ prices: { 'claude-haiku-4-5': haiku } });

    {
      using call = agent.llm.start(request);
      clock.milliseconds += 2_000;
      call.observe(message('claude-haiku-4-5-20251001', 10, 10));
      call.usage({ inputTokens: 3_000, cachedInputTokens: 1_000 });
      call.usage({ outputTokens: 100 });
    }

    expect([await tokens('input'), await tokens('output')]).toEqual([3_000, 100]);
    expect(await telemetry.value('trading.agent.cost')).toBeCloseTo(0.002 + 0.0001 + 0.0005, 12);
    const model = { 'gen_ai.response.model': 'claude-haiku-4-5-20251001' };
    expect(await telemetry.histogram('gen_ai.client.operation.duration', model)).toMatchObject({ count: 1, sum: 2 });
  });

  test('a call ends once', async () => {
    const { telemetry, agent, tokens } = setUp();
    const call = agent.llm.start(request);
    call.usage({ inputTokens: 10 });

    expect(call.stop()).toBe(0);
    expect(call.stop()).toBeUndefined();
    call[Symbol.dispose]();

    expect(await telemetry.histogram('gen_ai.client.operation.duration')).toMatchObject({ count: 1 });
    expect(await tokens('input')).toBe(10);
  });

  test('a failed call counts its usage until then', async () => {
    const { telemetry, agent, tokens } = setUp();
    const call = agent.llm.start(request);

    call.observe(message('claude-haiku-4-5', 50, 5));
    call.fail(Object.assign(new Error('overloaded'), { status: 529 }));
    call.stop();

    expect(await tokens('input')).toBe(50);
    expect(await telemetry.histogram('gen_ai.client.operation.duration', { 'error.type': '529' })).toMatchObject({
      count: 1,
    });
  });

  test('an extractor reads responses of unknown shape', async () => {
    const { telemetry, agent, tokens } = setUp();
    const router = { usage: { in: 700, out: 70, dollars: 0.02 }, model: 'claude-haiku' };

    await agent.llm.call(
      {
        ...request,
        extract: (response: typeof router): TokenUsage => ({
          inputTokens: response.usage.in,
          outputTokens: response.usage.out,
          responseModel: response.model,
          cost: { amount: response.usage.dollars, currency: 'USD' },
        }),
      },
      async () => router,
    );

    expect([await tokens('input'), await tokens('output')]).toEqual([700, 70]);
    expect(await telemetry.value('trading.agent.cost', { 'trading.currency': 'USD' })).toBe(0.02);
  });

  test('if an extractor fails or returns nothing, the known shapes are tried', async () => {
    const { telemetry, agent, tokens } = setUp();
    const response = message('claude-haiku-4-5', 10, 1);

    expect(agent.llm.call({ ...request, extract: () => undefined }, () => response)).toBe(response);
    const failing = (): never => {
      throw new Error('no usage');
    };
    expect(agent.llm.call({ ...request, extract: failing }, () => response)).toBe(response);

    expect(await tokens('input')).toBe(20);
    expect(
      await telemetry.value('trademeter.measurement.dropped', { 'trademeter.drop.reason': 'invalid_argument' }),
    ).toBe(1);
  });
});

describe('streams', () => {
  test('a stream is passed through part by part and counted when it ends', async () => {
    const { telemetry, clock, agent, tokens } = setUp();

    const stream = await agent.llm.stream(request, async () => messageInParts());
    let parts = 0;
    for await (const _ of stream) {
      parts += 1;
      clock.milliseconds += 1_000;
    }

    expect(parts).toBe(3);
    expect([await tokens('input'), await tokens('output')]).toEqual([100, 9]);
    expect(await telemetry.histogram('gen_ai.client.operation.duration')).toMatchObject({ count: 1, sum: 3 });
  });

  test('a stream that is not read to its end is closed, and counted as far as it was read', async () => {
    const { telemetry, agent, tokens } = setUp();
    let closed = false;
    async function* closing(): AsyncGenerator {
      try {
        yield* messageInParts();
      } finally {
        closed = true;
      }
    }

    for await (const _ of await agent.llm.stream(request, () => closing())) break;

    expect(closed).toBe(true);
    expect([await tokens('input'), await tokens('output')]).toEqual([100, 1]);
    const [duration] = await telemetry.series('gen_ai.client.operation.duration');
    expect(duration?.attributes).not.toHaveProperty('error.type');
  });

  test('a stream that is closed before it is read closes its source and ends', async () => {
    const { telemetry, clock, agent } = setUp();
    const calls: unknown[] = [];
    const source = {
      next: async () => ({ done: true, value: undefined }) as const,
      return: async () => {
        calls.push('return');
        return { done: true, value: undefined } as const;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };

    const stream = await agent.llm.stream(request, () => source);
    clock.milliseconds += 2_000;
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    {
      await using other = await agent.llm.stream(request, () => source);
      void other;
    }

    expect(calls).toEqual(['return', 'return']);
    expect(await telemetry.histogram('gen_ai.client.operation.duration')).toMatchObject({ count: 2, sum: 2 });
  });

  test.each([
    ['that can catch it', async (source: AsyncGenerator) => source],
    [
      'that cannot',
      async (source: AsyncGenerator) => ({ [Symbol.asyncIterator]: () => ({ next: () => source.next() }) }),
    ],
  ])('an error that is thrown into a stream reaches a source %s, and the call counts as failed', async (_, of) => {
    const { telemetry, agent, tokens } = setUp();
    const error = new RangeError('enough');
    const stream = await agent.llm.stream(request, async () => of(messageInParts()));

    await stream.next();
    await expect(stream.throw(error)).rejects.toBe(error);
    await expect(stream.throw(error)).rejects.toBe(error);

    expect(await tokens('input')).toBe(100);
    expect(await telemetry.histogram('gen_ai.client.operation.duration', { 'error.type': 'RangeError' })).toMatchObject(
      {
        count: 1,
      },
    );
  });

  const parts: readonly object[] = [
    { type: 'message_start', message: message('claude-haiku-4-5', 100, 1) },
    { type: 'message_delta', usage: { output_tokens: 9 } },
  ];

  test.each([
    ['a list', () => parts],
    ['a list of promises', () => parts.map(async (part) => part)],
    ['a generator', () => parts.values()],
  ])('a stream may be %s, like anything that `for await` reads', async (_, source) => {
    const { telemetry, agent, tokens } = setUp();
    const read: unknown[] = [];
    for await (const part of await agent.llm.stream<unknown>(request, source)) read.push(part);
    expect(read).toEqual(parts);
    expect([await tokens('input'), await tokens('output')]).toEqual([100, 9]);
    expect(await telemetry.histogram('gen_ai.client.operation.duration')).toMatchObject({ count: 1 });
  });

  test('a list of promises is closed if it is not read to its end, or if a promise rejects', async () => {
    const { telemetry, agent } = setUp();
    const error = new RangeError('enough');
    let closed = 0;
    function* closing() {
      try {
        yield 1;
        yield Promise.reject(error);
      } finally {
        closed += 1;
      }
    }
    for await (const _ of await agent.llm.stream<unknown>(request, closing)) break;
    expect(closed).toBe(1);
    const stream = await agent.llm.stream<unknown>(request, closing);
    await stream.next();
    await expect(stream.next()).rejects.toBe(error);
    expect(closed).toBe(2);
    expect(await telemetry.histogram('gen_ai.client.operation.duration', { 'error.type': 'RangeError' })).toMatchObject(
      {
        count: 1,
      },
    );
  });

  test('stream() throws for anything except a stream', async () => {
    const { telemetry, agent } = setUp();

    await expect(agent.llm.stream(request, () => ({ choices: [] }) as never)).rejects.toThrow(TypeError);

    expect(await telemetry.histogram('gen_ai.client.operation.duration', { 'error.type': 'TypeError' })).toMatchObject({
      count: 1,
    });
  });

  test('a stream that fails halfway fails for its reader too', async () => {
    const { telemetry, agent, tokens } = setUp();
    const error = new TypeError('connection lost');
    const stream = await agent.llm.stream(request, () => messageInParts(error));

    await expect(readAll(stream)).rejects.toBe(error);

    expect([await tokens('input'), await tokens('output')]).toEqual([100, 7]);
    expect(await telemetry.histogram('gen_ai.client.operation.duration', { 'error.type': 'TypeError' })).toMatchObject({
      count: 1,
    });
  });
});

describe('tokens and costs', () => {
  test('the cost exists at 0 before the first response, with the agent of the request', async () => {
    const { telemetry, agent } = setUp({ agent: 'analyst', prices: { 'claude-haiku-4-5': haiku } });
    const cost = {
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-haiku-4-5',
      'trading.currency': 'USD',
    };

    const call = agent.llm.start(request);
    expect(await telemetry.value('trading.agent.cost', { ...cost, 'gen_ai.agent.name': 'analyst' })).toBe(0);
    call.usage({ outputTokens: 1_000_000 });
    call.stop();
    agent.llm.record({ ...request, agent: 'risk-officer', outputTokens: 2_000_000 });

    expect(await telemetry.value('trading.agent.cost', { ...cost, 'gen_ai.agent.name': 'analyst' })).toBe(5);
    expect(await telemetry.value('trading.agent.cost', { ...cost, 'gen_ai.agent.name': 'risk-officer' })).toBe(10);
  });

  test.each<[string, TokenUsage, number]>([
    ['input without a cache', { inputTokens: 1_000_000 }, 1],
    ['cached input at its own price', { inputTokens: 1_000_000, cachedInputTokens: 400_000 }, 0.6 + 0.04],
    ['cache writes at their price', { inputTokens: 1_000_000, cacheWriteTokens: 400_000 }, 0.6 + 0.5],
    [
      'cache writes for an hour at the price of other writes if they have no price',
      { inputTokens: 1_000_000, cacheWriteTokens: 400_000, cacheWrite1hTokens: 100_000 },
      0.6 + 0.5,
    ],
    [
      'no token twice, whatever the response reports',
      { inputTokens: 100_000, cachedInputTokens: 900_000, cacheWriteTokens: 5 },
      0.01,
    ],
    ['output', { outputTokens: 200_000 }, 1],
  ])('prices %s', async (_, usage, expected) => {
    const { telemetry, agent } = setUp({ prices: { 'claude-haiku-4-5': haiku } });

    agent.llm.record({ ...request, ...usage });

    expect(await telemetry.value('trading.agent.cost')).toBeCloseTo(expected, 10);
  });

  test('cached input without a price costs the same as other input', async () => {
    const { telemetry, agent } = setUp({ prices: { 'claude-haiku-4-5': { input: 1, output: 5, currency: 'USD' } } });

    agent.llm.record({ ...request, inputTokens: 1_000_000, cachedInputTokens: 500_000, cacheWriteTokens: 500_000 });

    expect(await telemetry.value('trading.agent.cost')).toBeCloseTo(1, 10);
  });

  test('the price of the model in the response takes precedence over that in the request', async () => {
    const { telemetry, agent } = setUp({
      prices: { 'claude-haiku-4-5': haiku, 'claude-haiku-4-5-20251001': { ...haiku, output: 50 } },
    });

    agent.llm.call(request, () => message('claude-haiku-4-5-20251001', 0, 1_000_000));
    agent.llm.call(request, () => message('claude-haiku-4-5-20991001', 0, 1_000_000));

    expect(await telemetry.value('trading.agent.cost')).toBeCloseTo(55, 10);
  });

  test('for a model without a price, tokens count without a cost, and that is logged once', async () => {
    const { telemetry, agent, tokens, warnings } = setUp({ prices: { 'claude-haiku-4-5': haiku } });
    const unpriced = { provider: 'openai', model: 'constructor' } as const;

    agent.llm.record({ ...unpriced, inputTokens: 10, outputTokens: 5 });
    agent.llm.record({ ...unpriced, inputTokens: 10, outputTokens: 5 });

    expect([await tokens('input'), await tokens('output')]).toEqual([20, 10]);
    expect(await telemetry.series('trading.agent.cost')).toEqual([]);
    expect(warnings).toEqual([
      '[trademeter/instrumentation-agent] the option prices has no price for constructor: its tokens are counted, its cost is not. Logged once.',
    ]);
  });

  test('a response without tokens is logged once', async () => {
    const { agent, telemetry, warnings } = setUp();

    agent.llm.call(request, () => 'Hold.');
    agent.llm.call(request, () => ({ choices: [] }));

    expect(await telemetry.histogram('gen_ai.client.operation.duration')).toMatchObject({ count: 2 });
    expect(warnings).toEqual([expect.stringContaining('no token usage was found in a response of claude-haiku-4-5')]);
  });

  test('for a stream without tokens the log says how to request them, unless it was not read to its end', async () => {
    const { agent, warnings } = setUp();
    async function* chunks() {
      yield { object: 'chat.completion.chunk', choices: [], usage: null };
      yield { object: 'chat.completion.chunk', choices: [], usage: null };
    }

    for await (const _ of await agent.llm.stream(request, () => chunks())) break;
    await (await agent.llm.stream(request, () => chunks())).return();
    expect(warnings).toEqual([]);
    await readAll(await agent.llm.stream(request, () => chunks()));
    await readAll(await agent.llm.stream(request, () => chunks()));

    expect(warnings).toEqual([expect.stringContaining('stream_options: { include_usage: true }')]);
  });

  test('a call that fails without usage costs nothing', async () => {
    const { telemetry, agent, tokens } = setUp();
    const priced = { ...request, cost: { amount: 0.5, currency: 'USD' } };
    const refused = Object.assign(new Error('too many requests'), { status: 429 });

    await expect(agent.llm.call(priced, () => Promise.reject(refused))).rejects.toBe(refused);
    expect(await telemetry.value('trading.agent.cost')).toBe(0);

    const stream = await agent.llm.stream(priced, () => messageInParts(refused));
    await expect(readAll(stream)).rejects.toBe(refused);
    expect(await tokens('input')).toBe(100);
    expect(await telemetry.value('trading.agent.cost')).toBe(0.5);
  });

  test('an error of null counts as omitted', async () => {
    const { telemetry, agent } = setUp();

    agent.llm.record({ ...request, durationSeconds: 1, inputTokens: 10, error: null });

    const [duration] = await telemetry.series('gen_ai.client.operation.duration');
    expect(duration?.attributes).not.toHaveProperty('error.type');
  });

  test('a fixed cost is the cost of each call', async () => {
    const { telemetry, agent, warnings } = setUp({ prices: { 'claude-haiku-4-5': haiku } });
    const priced = { ...request, cost: { amount: 0.0007, currency: 'USD' } };

    agent.llm.call(priced, () => message('claude-haiku-4-5', 1_000_000, 0));
    agent.llm.call(priced, () => 'Hold.');

    expect(await telemetry.value('trading.agent.cost')).toBeCloseTo(0.0014, 12);
    expect(warnings).toEqual([]);
  });
});

describe('the instrumentation', () => {
  test('records an operation that was measured elsewhere', async () => {
    const { telemetry, agent, tokens } = setUp();

    agent.llm.record({
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      inputTokens: 1_500,
      outputTokens: 500,
      cost: { amount: 0.0025, currency: 'USD' },
      durationSeconds: 2.3,
    });
    agent.llm.record({
      provider: 'gcp.gemini',
      model: 'gemini-2.5-flash',
      durationSeconds: 30,
      error: new RangeError('late'),
    });

    expect([await tokens('input'), await tokens('output')]).toEqual([1_500, 500]);
    expect(await telemetry.value('trading.agent.cost')).toBe(0.0025);
    const durations = await telemetry.series('gen_ai.client.operation.duration');
    expect(durations.map(({ attributes, value }) => [attributes['error.type'], value])).toEqual([
      [undefined, 2.3],
      ['RangeError', 30],
    ]);
  });

  test('every metric of the domain is recorded under its own name', async () => {
    const { telemetry, agent } = setUp({ prices: { 'claude-haiku-4-5': haiku } });
    agent.analysis();
    agent.decision({ action: 'buy', symbol: 'AAPL', conviction: 1 });
    agent.model('lstm').record(0.001);
    agent.llm.record({ ...request, durationSeconds: 1, inputTokens: 1, outputTokens: 1 });

    const names = new Set((await telemetry.series()).map((series) => series.name));

    expect([...names].filter((name) => !name.startsWith('trademeter.')).toSorted()).toEqual(
      agentMetrics.map((metric) => metric.name).toSorted(),
    );
  });

  test.each<[string, object, string]>([
    ['agent', { agent: '' }, 'agent must be a non-empty string, got ""'],
    ['prices', { prices: 5 }, 'prices must be an object of prices by model, got 5'],
    ['prices', { prices: [] }, 'prices must be an object of prices by model, got []'],
    ['prices["gpt-5"]', { prices: { 'gpt-5': 3 } }, 'prices["gpt-5"] must be an object, got 3'],
    [
      'prices["gpt-5"].input',
      { prices: { 'gpt-5': { ...haiku, input: -1 } } },
      'prices["gpt-5"].input must be a number not below 0, got -1',
    ],
    [
      'prices["gpt-5"].output',
      { prices: { 'gpt-5': { input: 1, currency: 'USD' } } },
      'prices["gpt-5"].output must be a number not below 0, got undefined',
    ],
    [
      'prices["gpt-5"].currency',
      { prices: { 'gpt-5': { input: 1, output: 1 } } },
      'prices["gpt-5"].currency must be a non-empty string, got undefined',
    ],
    [
      'prices["gpt-5"].cached',
      { prices: { 'gpt-5': { ...haiku, cached: 1 } } },
      'there is no option prices["gpt-5"].cached (did you mean cachedInput?); the options are input, output, cachedInput, cacheWrite, cacheWrite1h, currency',
    ],
    ['venue', { venue: 'binance' }, 'there is no option venue'],
  ])('the option %s in %j throws', (option, options, problem) => {
    let thrown: unknown;
    try {
      instrumentAgent(options);
    } catch (error) {
      thrown = error;
    }

    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect(thrown).toMatchObject({ code: 'ERR_TRADEMETER_OPTION', option });
    expect((thrown as Error).message).toContain(`[trademeter/instrumentation-agent] ${problem}`);
  });

  test('a later change of the price table has no effect', async () => {
    const prices = { 'claude-haiku-4-5': { ...haiku } };
    const { telemetry, agent } = setUp({ prices });

    prices['claude-haiku-4-5'].output = 500;
    agent.llm.record({ ...request, outputTokens: 1_000_000 });

    expect(await telemetry.value('trading.agent.cost')).toBe(5);
  });

  test('tokenUsageOf reads known shapes only', () => {
    expect(tokenUsageOf(message('claude-haiku-4-5', 10, 1))).toMatchObject({
      inputTokens: 10,
      outputTokens: 1,
      responseModel: 'claude-haiku-4-5',
    });
    expect(tokenUsageOf({ response: { usageMetadata: { promptTokenCount: 3, totalTokenCount: 5 } } })).toMatchObject({
      inputTokens: 3,
      outputTokens: 2,
    });
    for (const other of [
      undefined,
      null,
      'Hold.',
      5,
      [],
      { usage: null },
      { usage: { tokens: 5 } },
      { message: 'no' },
    ]) {
      expect(tokenUsageOf(other)).toBeUndefined();
    }
  });

  test('needs no SDK', async () => {
    const agent = instrumentAgent();

    expect(await agent.llm.call(request, async () => 'Hold.')).toBe('Hold.');
    expect(agent.model('lstm').time(() => 0.7)).toBe(0.7);
  });

  test('no verb throws on any input', async () => {
    const { agent } = setUp({ prices: { 'claude-haiku-4-5': haiku } });
    const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true });
    const unreadable = new Proxy(
      {},
      {
        get() {
          throw new Error('hostile');
        },
        ownKeys() {
          throw new Error('hostile');
        },
      },
    );
    const hostile = fc.oneof(anything, fc.func(anything), fc.constantFrom<unknown>(Symbol('hostile'), unreadable));
    const figures = fc.dictionary(
      fc.constantFrom('input_tokens', 'prompt_tokens', 'total_tokens', 'output_tokens', 'iterations', 'cache_creation'),
      hostile,
    );
    const response = fc.record({
      type: fc.constantFrom<unknown>('message', 'message_delta', undefined),
      object: fc.constantFrom<unknown>('response', undefined),
      status: fc.constantFrom('failed', 'completed'),
      model: hostile,
      error: hostile,
      usage: fc.oneof(figures, hostile),
      usageMetadata: fc.oneof(fc.dictionary(fc.constantFrom('promptTokenCount', 'totalTokenCount'), hostile), hostile),
    });

    await fc.assert(
      fc.asyncProperty(hostile, fc.oneof(hostile, response), async (input, other) => {
        const any = input as never;
        agent.analysis(any);
        agent.analysis({ symbol: any, agent: any });
        agent.decision(any);
        agent.decision({ action: any, symbol: any, conviction: other as never });
        agent.model(any).record(other as never);
        agent.llm.record(any);
        agent.llm.record({
          ...request,
          inputTokens: any,
          outputTokens: any,
          cost: any,
          error: any,
          durationSeconds: any,
        });
        for (const call of [agent.llm.start(any), agent.llm.start({ provider: any, model: any, cost: any })]) {
          call.observe(other);
          call.observe({ message: other });
          call.usage(any);
          call.usage({ inputTokens: any, cachedInputTokens: any, cost: any, responseModel: any });
          call.fail(any);
          call.stop();
        }
        const answer = [other];
        expect(agent.llm.call(any, () => answer) === answer).toBe(true);
        expect(agent.llm.call({ ...request, extract: any }, () => answer) === answer).toBe(true);
        const stream = await agent.llm.stream(any, () => ReadableStream.from([answer, answer]));
        expect((await readAll(stream)).length).toBe(2);
        expect(() => tokenUsageOf(other)).not.toThrow();
      }),
    );
  });
});
