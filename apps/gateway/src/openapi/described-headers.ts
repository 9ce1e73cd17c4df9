import { HEADERS, type IdempotencyPolicy } from '@action-do/contracts';

const header = (name: string, description: string, schema: object = { type: 'string' }) => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

export const PREFER = header(
  'Prefer',
  'wait=<seconds, at most 60> (default 20), or respond-async for an answer as soon as the request is durable',
);

/** What a reader of a list may say of it. */
export const MIN_POSITION = header(
  HEADERS.minPosition,
  'Answer only from views that have reached this position, such as the one of an execution just answered; else UNAVAILABLE.',
);

export const REQUEST_ID = header(HEADERS.requestId, 'One a logical call, kept over its network retries.', {
  type: 'string',
  format: 'uuid',
});

/** @param mode of the action's policy; without one, of any action */
const idempotencyKey = (mode?: IdempotencyPolicy['mode']) => ({
  ...header(
    HEADERS.idempotencyKey,
    {
      params: 'Names the piece of work; without it equal params are the same work.',
      none: 'Names the piece of work; without it each call is one of its own.',
      'key-required': 'Names the piece of work.',
    }[mode ?? 'params'],
    { type: 'string', maxLength: 257 },
  ),
  required: mode === 'key-required',
});

/** What a caller may say of an execute call, and what the action makes him say. */
export const executeHeaders = (mode?: IdempotencyPolicy['mode']) => [
  idempotencyKey(mode),
  REQUEST_ID,
  header(
    HEADERS.firstSent,
    'When the call was first sent (ISO 8601 or HTTP date), kept over its retries: a repeat from before the idempotency window ended is then refused (TOO_LATE) and not taken for new work.',
  ),
  PREFER,
];

/** Response headers of everything that an executor answers, as `components.headers` holds them. */
export const ANSWER_HEADERS = {
  [HEADERS.idempotencyStatus]: {
    description: 'How the answer came about; absent where the gateway refused by itself.',
    schema: { type: 'string', enum: ['executed', 'attached', 'replayed', 'pending', 'rejected'] },
  },
  [HEADERS.idempotencyKey]: {
    description: 'The key as it was understood; absent where the request brought none.',
    schema: { type: 'string' },
  },
  [HEADERS.idempotencyGeneration]: {
    description: 'Which execution under this key it is, from 1.',
    schema: { type: 'integer', minimum: 1 },
  },
  [HEADERS.shouldRetry]: {
    description: 'Whether repeating the same call with the same key may help.',
    schema: { type: 'string', enum: ['true', 'false'] },
  },
};

/** References to all of them, as a response lists them. */
export const ANSWER_HEADER_REFS = Object.fromEntries(
  Object.keys(ANSWER_HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** Of an answer of 202: besides, where and when to ask again. */
export const GOES_ON_HEADERS = {
  ...ANSWER_HEADER_REFS,
  Location: { description: 'The execution: /v1/executions/{id}.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 1 } },
};
