import { ExecuteBody, type IdempotencyPolicy } from '@action-do/contracts';
import { ANSWER_HEADER_REFS, executeHeaders, GOES_ON_HEADERS } from './described-headers.js';
import { ALWAYS, json, OUTCOMES, problems, ref } from './described-parts.js';
import { schemaComponent } from './schema-component.js';

/** Answers of whoever waits for an outcome. @param result schema of it */
export const settled = (result: object) => ({
  '200': json(
    {
      type: 'object',
      required: ['result', 'execution'],
      properties: { result, execution: ref('Execution') },
    },
    'Succeeded, now or before: Idempotency-Status tells (executed, attached, replayed).',
    ANSWER_HEADER_REFS,
  ),
  '202': json(
    { type: 'object', required: ['execution'], properties: { execution: ref('Execution') } },
    'Recorded and going on: ask again with the same key, or wait for the outcome with GET {Location}/attach.',
    GOES_ON_HEADERS,
  ),
});

interface Described {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  /** Beside the headers that every call may have. */
  readonly parameters: readonly object[];
  /** Whether it wants a key; left out where that is not known, of all actions together. */
  readonly mode?: IdempotencyPolicy['mode'];
  /** Schema of the params; without one, any. */
  readonly params?: object;
  readonly result: object;
}

/** `POST …/executions`, of any action or of one. */
export function executeOperation({ params, result, parameters, mode, ...described }: Described): object {
  return {
    ...described,
    parameters: [...parameters, ...executeHeaders(mode)],
    requestBody: { required: true, content: { 'application/json': { schema: bodyOf(params) } } },
    responses: {
      ...settled(result),
      ...problems(
        'BODY_INVALID',
        'IDEMPOTENCY_KEY_MISSING',
        'IDEMPOTENCY_KEY_INVALID',
        'ACTION_UNKNOWN',
        'ACTION_RETIRED',
        'TOO_LATE',
        'PAYLOAD_TOO_LARGE',
        'UNSUPPORTED_MEDIA_TYPE',
        'IDEMPOTENCY_KEY_REUSED',
        'RATE_LIMITED',
        'IN_PROGRESS',
        ...OUTCOMES,
        ...ALWAYS,
      ),
    },
  };
}

function bodyOf(params: object | undefined): object {
  if (params === undefined) return ref('ExecuteBody');
  const { properties, ...body } = { properties: {}, ...schemaComponent(ExecuteBody) };
  return { ...body, properties: { ...properties, params } };
}
