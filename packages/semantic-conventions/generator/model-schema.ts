// The part of Weaver's definition/2 format that the model uses. Stricter than Weaver's schema: it allows only keys and
// annotations that the generator reads.

const text = { type: 'string', minLength: 1 } as const;
const stability = { enum: ['development', 'alpha', 'beta', 'release_candidate', 'stable'] } as const;

const requirement = {
  oneOf: [
    { enum: ['required', 'recommended', 'opt_in'] },
    {
      type: 'object',
      additionalProperties: false,
      required: ['conditionally_required'],
      properties: { conditionally_required: text },
    },
  ],
} as const;

const examples = { type: 'array', minItems: 1, items: { type: ['string', 'number', 'boolean'] } } as const;

/** Our annotations are under `trademeter`, next to OpenTelemetry's `code_generation`. */
function annotations(trademeter: Record<string, unknown>, others: Record<string, unknown> = {}) {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...others,
      trademeter: { type: 'object', additionalProperties: false, minProperties: 1, properties: trademeter },
    },
  };
}

const attributeReference = {
  type: 'object',
  additionalProperties: false,
  required: ['ref'],
  properties: {
    ref: text,
    requirement_level: requirement,
    brief: text,
    note: text,
    examples,
    annotations: annotations({
      values: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['value', 'brief'],
          properties: { value: text, brief: text, fix: { type: 'integer' } },
        },
      },
    }),
  },
} as const;

const references = {
  type: 'array',
  minItems: 1,
  items: {
    oneOf: [
      attributeReference,
      { type: 'object', additionalProperties: false, required: ['ref_group'], properties: { ref_group: text } },
    ],
  },
} as const;

const attribute = {
  type: 'object',
  additionalProperties: false,
  required: ['key', 'type', 'brief', 'stability'],
  properties: {
    key: text,
    type: {
      oneOf: [
        { enum: ['string', 'int', 'double', 'boolean'] },
        {
          type: 'object',
          additionalProperties: false,
          required: ['members'],
          properties: {
            members: {
              type: 'array',
              minItems: 1,
              items: {
                type: 'object',
                additionalProperties: false,
                required: ['id', 'value', 'brief', 'stability'],
                properties: { id: text, value: text, brief: text, stability },
              },
            },
          },
        },
      ],
    },
    brief: text,
    note: text,
    stability,
    examples,
    annotations: annotations({ open: { const: true } }),
  },
} as const;

const metric = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'instrument', 'unit', 'brief', 'stability', 'requirement_level', 'annotations'],
  properties: {
    name: text,
    instrument: { enum: ['counter', 'updowncounter', 'gauge', 'histogram'] },
    unit: text,
    brief: text,
    note: text,
    stability,
    requirement_level: { enum: ['recommended', 'opt_in'] },
    attributes: references,
    annotations: {
      ...annotations(
        {
          boundaries: { type: 'array', minItems: 1, items: { type: 'number' } },
          observable: { const: true },
          cardinality_limit: { type: 'integer', minimum: 1 },
        },
        {
          code_generation: {
            type: 'object',
            additionalProperties: false,
            required: ['metric_value_type'],
            properties: { metric_value_type: { enum: ['int', 'double'] } },
          },
        },
      ),
      required: ['code_generation'],
    },
  },
} as const;

/** A file of definitions. */
export const definitionsSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['file_format'],
  properties: {
    file_format: { const: 'definition/2' },
    attributes: { type: 'array', items: attribute },
    metrics: { type: 'array', items: metric },
    entities: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'brief', 'stability', 'requirement_level', 'identity'],
        properties: {
          type: text,
          brief: text,
          note: text,
          stability,
          requirement_level: { enum: ['recommended', 'opt_in'] },
          identity: { type: 'array', minItems: 1, items: attributeReference },
          description: { type: 'array', items: attributeReference },
        },
      },
    },
    attribute_groups: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'visibility', 'attributes'],
        properties: { id: text, visibility: { const: 'internal' }, attributes: references },
      },
    },
  },
} as const;

/** The registry's manifest. */
export const manifestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['schema_url', 'stability', 'description'],
  properties: {
    // OpenTelemetry's schema URL format: the last segment is the version.
    schema_url: { type: 'string', pattern: '^https?://[^/]+(/[^/]+)*/\\d+\\.\\d+\\.\\d+$' },
    stability,
    description: text,
  },
} as const;
