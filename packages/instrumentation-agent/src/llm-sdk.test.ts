// Runs the real SDKs of Anthropic, OpenAI and Google against a local server that answers like theirs. The types of the
// SDKs check the answers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import Anthropic from '@anthropic-ai/sdk';
import { type GenerateContentResponse, GoogleGenAI, type Interactions } from '@google/genai';
import { createTestTelemetry } from '@trademeter/testing';
import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { instrumentAgent, type TokenPrices } from './index.ts';

type Answer = { json: object; status?: number } | { events: readonly object[]; named?: boolean; done?: boolean };

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function serve(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    void buffer(request).then(() => {
      if ('json' in answer) {
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer.json));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of answer.events) {
        if (answer.named && 'type' in event) response.write(`event: ${String(event.type)}\n`);
        response.write(`data: ${JSON.stringify(event)}\n\n`);
      }
      response.end(answer.done ? 'data: [DONE]\n\n' : undefined);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const prices: TokenPrices = {
  'claude-haiku-4-5': { input: 1, output: 5, cachedInput: 0.1, cacheWrite: 1.25, cacheWrite1h: 2, currency: 'USD' },
  'gpt-5.6': { input: 2, output: 10, cachedInput: 0.2, cacheWrite: 2.5, currency: 'USD' },
  'gemini-3-pro': { input: 2, output: 12, cachedInput: 0.2, currency: 'EUR' },
  'text-embedding-3-small': { input: 0.02, output: 0, currency: 'USD' },
};

function setUp() {
  const telemetry = createTestTelemetry();
  const agent = instrumentAgent({ agent: 'analyst', prices, meterProvider: telemetry.meterProvider });
  const seen = async () => ({
    input: (await telemetry.histogram('gen_ai.client.token.usage', { 'gen_ai.token.type': 'input' }))?.sum,
    output: (await telemetry.histogram('gen_ai.client.token.usage', { 'gen_ai.token.type': 'output' }))?.sum,
    cost: await telemetry.value('trading.agent.cost'),
    durations: (await telemetry.series('gen_ai.client.operation.duration')).map(({ attributes }) => attributes),
  });
  return { telemetry, agent, seen };
}

const anthropic = async (answer: Answer) =>
  new Anthropic({ apiKey: 'none', baseURL: await serve(answer), maxRetries: 0 });
const openai = async (answer: Answer) => new OpenAI({ apiKey: 'none', baseURL: await serve(answer), maxRetries: 0 });
const google = async (answer: Answer) =>
  new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: await serve(answer) } });

const claude = { provider: 'anthropic', model: 'claude-haiku-4-5' } as const;
const gpt = { provider: 'openai', model: 'gpt-5.6' } as const;
const gemini = { provider: 'gcp.gemini', model: 'gemini-3-pro' } as const;

const anthropicQuestion = {
  model: claude.model,
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Buy or sell?' }],
} satisfies Anthropic.MessageCreateParams;

const anthropicUsage = {
  input_tokens: 1_000,
  cache_read_input_tokens: 20_000,
  cache_creation_input_tokens: 5_000,
  cache_creation: { ephemeral_5m_input_tokens: 3_000, ephemeral_1h_input_tokens: 2_000 },
  output_tokens: 400,
  output_tokens_details: { thinking_tokens: 300 },
  inference_geo: null,
  server_tool_use: null,
  service_tier: 'standard',
  speed: null,
} satisfies Anthropic.Usage;

const anthropicMessage = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-haiku-4-5-20251001',
  content: [{ type: 'text', text: 'Hold.', citations: null }],
  container: null,
  diagnostics: null,
  stop_reason: 'end_turn',
  stop_details: null,
  stop_sequence: null,
  usage: anthropicUsage,
} satisfies Anthropic.Message;

// 1,000 at 1, 20,000 at 0.10, 3,000 at 1.25, 2,000 at 2 and 400 at 5 dollars a million.
const anthropicCost = 0.001 + 0.002 + 0.00375 + 0.004 + 0.002;

describe('the SDK of Anthropic', () => {
  test('counts a message of Anthropic with cached input, each part at its own price', async () => {
    const { agent, seen } = setUp();
    const client = await anthropic({ json: anthropicMessage });

    const message = await agent.llm.call(claude, () => client.messages.create(anthropicQuestion));

    expect(message.content[0]).toMatchObject({ text: 'Hold.' });
    const { input, output, cost, durations } = await seen();
    expect([input, output]).toEqual([26_000, 400]);
    expect(cost).toBeCloseTo(anthropicCost, 10);
    expect(durations).toEqual([
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-haiku-4-5',
        'gen_ai.response.model': 'claude-haiku-4-5-20251001',
      },
    ]);
  });

  const anthropicEvents = [
    {
      type: 'message_start',
      message: { ...anthropicMessage, content: [], usage: { ...anthropicUsage, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '', citations: null } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hold.' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { container: null, stop_details: null, stop_reason: 'end_turn', stop_sequence: null },
      usage: {
        input_tokens: null,
        cache_read_input_tokens: null,
        cache_creation_input_tokens: null,
        output_tokens: 400,
        output_tokens_details: null,
        server_tool_use: null,
      },
    },
    { type: 'message_stop' },
  ] satisfies Anthropic.RawMessageStreamEvent[];

  test('counts a stream of Anthropic when it was read to its end', async () => {
    const { agent, seen } = setUp();
    const client = await anthropic({ events: anthropicEvents, named: true });

    const stream = await agent.llm.stream(claude, () => client.messages.create({ ...anthropicQuestion, stream: true }));
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);

    expect(types).toEqual(anthropicEvents.map((event) => event.type));
    const { input, output, cost } = await seen();
    expect([input, output]).toEqual([26_000, 400]);
    expect(cost).toBeCloseTo(anthropicCost, 10);
  });

  test("counts the final message of Anthropic's own stream", async () => {
    const { agent, seen } = setUp();
    const client = await anthropic({ events: anthropicEvents, named: true });

    await agent.llm.call(claude, () => client.messages.stream(anthropicQuestion).finalMessage());

    expect(await seen()).toMatchObject({ input: 26_000, output: 400 });
  });

  test('counts a message of Anthropic that comes with its raw response', async () => {
    const { agent, seen } = setUp();
    const client = await anthropic({ json: anthropicMessage });

    const { data } = await agent.llm.call(claude, () => client.messages.create(anthropicQuestion).withResponse());

    expect(data.id).toBe('msg_1');
    expect(await seen()).toMatchObject({ input: 26_000, output: 400 });
  });

  test('counts what Anthropic used to compact the context, which its totals exclude', async () => {
    const { agent, seen } = setUp();
    const client = await anthropic({
      json: {
        ...anthropicMessage,
        usage: {
          ...anthropicUsage,
          fallback_credit: null,
          iterations: [
            {
              type: 'compaction',
              input_tokens: 180_000,
              cache_read_input_tokens: 0,
              cache_creation_input_tokens: 0,
              cache_creation: null,
              output_tokens: 3_500,
            },
            {
              type: 'message',
              input_tokens: 1_000,
              cache_read_input_tokens: 20_000,
              cache_creation_input_tokens: 5_000,
              cache_creation: null,
              output_tokens: 400,
              model: 'claude-haiku-4-5',
            },
          ],
        } satisfies Anthropic.Beta.BetaUsage,
      },
    });

    await agent.llm.call(claude, () => client.beta.messages.create(anthropicQuestion));

    expect(await seen()).toMatchObject({ input: 206_000, output: 3_900 });
  });
});

const chatCompletion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'gpt-5.6-2026-07-01',
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      logprobs: null,
      message: { role: 'assistant', content: 'Hold.', refusal: null },
    },
  ],
  usage: {
    prompt_tokens: 10_000,
    completion_tokens: 500,
    total_tokens: 10_500,
    prompt_tokens_details: { cached_tokens: 6_000, cache_write_tokens: 3_000, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 400, audio_tokens: 0 },
  },
} satisfies OpenAI.ChatCompletion;

// 1,000 at 2, 6,000 at 0.20, 3,000 at 2.50 and 500 at 10 dollars a million.
const openaiCost = 0.002 + 0.0012 + 0.0075 + 0.005;

const openaiQuestion = {
  model: gpt.model,
  messages: [{ role: 'user', content: 'Buy or sell?' }],
} satisfies OpenAI.ChatCompletionCreateParams;

describe('the SDK of OpenAI', () => {
  test('counts a chat completion of OpenAI, whose prompt includes the cached tokens', async () => {
    const { agent, seen } = setUp();
    const client = await openai({ json: chatCompletion });

    await agent.llm.call(gpt, () => client.chat.completions.create(openaiQuestion));

    const { input, output, cost, durations } = await seen();
    expect([input, output]).toEqual([10_000, 500]);
    expect(cost).toBeCloseTo(openaiCost, 10);
    expect(durations).toEqual([
      expect.objectContaining({ 'gen_ai.operation.name': 'chat', 'gen_ai.response.model': 'gpt-5.6-2026-07-01' }),
    ]);
  });

  test('counts a stream of chat completions by its last chunk', async () => {
    const { agent, seen } = setUp();
    const chunk = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1_760_000_000,
      model: 'gpt-5.6-2026-07-01',
    } as const;
    const chunks = [
      { ...chunk, choices: [{ index: 0, delta: { content: 'Hold.' }, finish_reason: null }], usage: null },
      { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
      { ...chunk, choices: [], usage: chatCompletion.usage },
    ] satisfies OpenAI.ChatCompletionChunk[];
    const client = await openai({ events: chunks, done: true });

    const stream = await agent.llm.stream(gpt, () =>
      client.chat.completions.create({ ...openaiQuestion, stream: true, stream_options: { include_usage: true } }),
    );
    for await (const part of stream) expect(part.object).toBe('chat.completion.chunk');

    const { input, output, cost } = await seen();
    expect([input, output]).toEqual([10_000, 500]);
    expect(cost).toBeCloseTo(openaiCost, 10);
  });

  test('counts the reasoning that a compatible server excludes from the completion', async () => {
    const { agent, seen } = setUp();
    const client = await openai({
      json: {
        ...chatCompletion,
        usage: {
          prompt_tokens: 100,
          completion_tokens: 9,
          total_tokens: 349,
          completion_tokens_details: { reasoning_tokens: 240 },
        },
      } satisfies OpenAI.ChatCompletion,
    });

    await agent.llm.call({ provider: 'x_ai', model: 'grok-5' }, () => client.chat.completions.create(openaiQuestion));

    expect(await seen()).toMatchObject({ input: 100, output: 249 });
  });

  const response = {
    id: 'resp_1',
    access_programs: null,
    object: 'response',
    created_at: 1_760_000_000,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: null,
    model: 'gpt-5.6-2026-07-01',
    output: [],
    output_text: '',
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: {
      input_tokens: 10_000,
      input_tokens_details: { cached_tokens: 6_000, cache_write_tokens: 3_000 },
      output_tokens: 500,
      output_tokens_details: { reasoning_tokens: 400 },
      total_tokens: 10_500,
    },
  } satisfies OpenAI.Responses.Response;

  test('counts a response of OpenAI', async () => {
    const { agent, seen } = setUp();
    const client = await openai({ json: response });

    await agent.llm.call(gpt, () => client.responses.create({ model: gpt.model, input: 'Buy or sell?' }));

    const { input, output, cost } = await seen();
    expect([input, output]).toEqual([10_000, 500]);
    expect(cost).toBeCloseTo(openaiCost, 10);
  });

  test('counts a stream of responses by the event that completes it', async () => {
    const { agent, seen } = setUp();
    const { usage: _, ...begun } = response;
    const events = [
      { type: 'response.created', sequence_number: 0, response: { ...begun, status: 'in_progress' } },
      {
        type: 'response.output_text.delta',
        sequence_number: 1,
        item_id: 'msg_1',
        output_index: 0,
        content_index: 0,
        delta: 'Hold.',
        logprobs: [],
      },
      { type: 'response.completed', sequence_number: 2, response },
    ] satisfies OpenAI.Responses.ResponseStreamEvent[];
    const client = await openai({ events, named: true });

    const stream = await agent.llm.stream(gpt, () =>
      client.responses.create({ model: gpt.model, input: 'Buy or sell?', stream: true }),
    );
    for await (const event of stream) expect(event.type).toMatch(/^response\./);

    const { input, output, cost } = await seen();
    expect([input, output]).toEqual([10_000, 500]);
    expect(cost).toBeCloseTo(openaiCost, 10);
  });

  test('a response that reports a failure counts as failed', async () => {
    const { agent, seen } = setUp();
    const failed = {
      ...response,
      status: 'failed',
      error: { code: 'server_error', message: 'try again' },
    } satisfies OpenAI.Responses.Response;
    const client = await openai({ json: failed });

    await agent.llm.call(gpt, () => client.responses.create({ model: gpt.model, input: 'Buy or sell?' }));

    const { durations, output } = await seen();
    expect(durations).toEqual([expect.objectContaining({ 'error.type': 'server_error' })]);
    expect(output).toBe(500);
  });

  test('counts embeddings, which have no output', async () => {
    const { agent, seen } = setUp();
    const client = await openai({
      json: {
        object: 'list',
        model: 'text-embedding-3-small',
        data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
        usage: { prompt_tokens: 800, total_tokens: 800 },
      } satisfies OpenAI.CreateEmbeddingResponse,
    });

    await agent.llm.call({ provider: 'openai', model: 'text-embedding-3-small', operation: 'embeddings' }, () =>
      client.embeddings.create({ model: 'text-embedding-3-small', input: 'Fed cuts', encoding_format: 'float' }),
    );

    const { input, output, cost, durations } = await seen();
    expect([input, output]).toEqual([800, undefined]);
    expect(cost).toBeCloseTo(0.000016, 12);
    expect(durations).toEqual([expect.objectContaining({ 'gen_ai.operation.name': 'embeddings' })]);
  });
});

type Content = Partial<Pick<GenerateContentResponse, 'candidates' | 'modelVersion' | 'responseId' | 'usageMetadata'>>;

const content = {
  responseId: 'response-1',
  modelVersion: 'gemini-3-pro-001',
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hold.' }] } }],
  usageMetadata: {
    promptTokenCount: 8_000,
    cachedContentTokenCount: 5_000,
    toolUsePromptTokenCount: 2_000,
    candidatesTokenCount: 300,
    thoughtsTokenCount: 700,
    totalTokenCount: 11_000,
  },
} satisfies Content;

// 5,000 at 2, 5,000 at 0.20 and 1,000 at 12 euros a million.
const googleCost = 0.01 + 0.001 + 0.012;

describe('the SDK of Google', () => {
  test('counts what Google generates, with the thoughts in the output and the results of tools in the input', async () => {
    const { agent, telemetry, seen } = setUp();
    const client = await google({ json: content });

    await agent.llm.call(gemini, () =>
      client.models.generateContent({ model: gemini.model, contents: 'Buy or sell?' }),
    );

    const { input, output, cost, durations } = await seen();
    expect([input, output]).toEqual([10_000, 1_000]);
    expect(cost).toBeCloseTo(googleCost, 10);
    expect(await telemetry.value('trading.agent.cost', { 'trading.currency': 'EUR' })).toBe(cost);
    expect(durations).toEqual([
      expect.objectContaining({
        'gen_ai.operation.name': 'generate_content',
        'gen_ai.provider.name': 'gcp.gemini',
        'gen_ai.response.model': 'gemini-3-pro-001',
      }),
    ]);
  });

  test("counts a stream of Google's by its last usage", async () => {
    const { agent, seen } = setUp();
    const chunks = [
      { ...content, usageMetadata: { promptTokenCount: 8_000, totalTokenCount: 8_000 } },
      { ...content, usageMetadata: { promptTokenCount: 8_000, candidatesTokenCount: 100, totalTokenCount: 8_100 } },
      content,
    ] satisfies Content[];
    const client = await google({ events: chunks });

    const stream = await agent.llm.stream(gemini, () =>
      client.models.generateContentStream({ model: gemini.model, contents: 'Buy or sell?' }),
    );
    for await (const chunk of stream) expect(chunk.modelVersion).toBe('gemini-3-pro-001');

    const { input, output, cost } = await seen();
    expect([input, output]).toEqual([10_000, 1_000]);
    expect(cost).toBeCloseTo(googleCost, 10);
  });

  test('counts the thoughts of Google once if the candidates include them', async () => {
    const { agent, seen } = setUp();
    const client = await google({
      json: {
        ...content,
        usageMetadata: {
          promptTokenCount: 100,
          candidatesTokenCount: 50,
          thoughtsTokenCount: 40,
          totalTokenCount: 150,
        },
      } satisfies Content,
    });

    await agent.llm.call(gemini, () =>
      client.models.generateContent({ model: gemini.model, contents: 'Buy or sell?' }),
    );

    expect(await seen()).toMatchObject({ input: 100, output: 50 });
  });

  test('counts an interaction of Google', async () => {
    const { agent, seen } = setUp();
    const client = await google({
      json: {
        id: 'interaction-1',
        model: 'gemini-3-pro',
        status: 'completed',
        usage: {
          total_input_tokens: 8_000,
          total_cached_tokens: 5_000,
          total_tool_use_tokens: 2_000,
          total_output_tokens: 300,
          total_thought_tokens: 700,
          total_tokens: 11_000,
        } satisfies Interactions.Usage,
      },
    });

    await agent.llm.call(gemini, () => client.interactions.create({ model: gemini.model, input: 'Buy or sell?' }));

    const { input, output, cost } = await seen();
    expect([input, output]).toEqual([10_000, 1_000]);
    expect(cost).toBeCloseTo(googleCost, 10);
  });
});

const overloaded = { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: 'slow down' } };

test.each([
  [
    'Anthropic',
    async () => {
      const client = await anthropic({ json: { type: 'error', ...overloaded }, status: 429 });
      return () => client.messages.create(anthropicQuestion);
    },
  ],
  [
    'OpenAI',
    async () => {
      const client = await openai({ json: overloaded, status: 429 });
      return () => client.chat.completions.create(openaiQuestion);
    },
  ],
  [
    'Google',
    async () => {
      const client = await google({ json: overloaded, status: 429 });
      return () => client.models.generateContent({ model: gemini.model, contents: 'Buy or sell?' });
    },
  ],
])('an error of %s reaches the caller and is counted by its HTTP status', async (_, prepare) => {
  const { agent, telemetry, seen } = setUp();
  const ask: () => Promise<unknown> = await prepare();

  const error: unknown = await agent.llm.call(claude, ask).catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ status: 429 });
  expect((await seen()).durations).toEqual([
    {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-haiku-4-5',
      'error.type': '429',
    },
  ]);
  expect(await telemetry.series('gen_ai.client.token.usage')).toEqual([]);
  expect(await telemetry.value('trading.agent.cost')).toBe(0);
});
