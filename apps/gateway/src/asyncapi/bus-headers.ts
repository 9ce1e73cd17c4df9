import { HEADERS, type IdempotencyPolicy } from '@action-do/contracts';

type Named = readonly [name: string, description: string];

/** Schema of a message's headers; values of NATS headers are text. */
export const headersOf = (required: readonly Named[], optional: readonly Named[] = []) => ({
  type: 'object',
  properties: Object.fromEntries(
    [...required, ...optional].map(([name, description]) => [name, { type: 'string', description }]),
  ),
  ...(required.length === 0 ? {} : { required: required.map(([name]) => name) }),
});

const KEY: Named = [HEADERS.authorization, 'Bearer <key>, of the tenant that the subject names.'];
const WAIT: Named = [
  HEADERS.timeoutMs,
  'Milliseconds that the caller waits; 0 = answer as soon as it is recorded.',
];
const REQUEST: Named = [HEADERS.requestId, 'UUID, one a logical call, kept over its repeats.'];
const TRACE: Named = [HEADERS.traceparent, 'W3C Trace Context.'];

export const ASKED = headersOf([KEY], [WAIT, TRACE]);
export const LISTED = headersOf(
  [KEY],
  [WAIT, TRACE, [HEADERS.minPosition, 'Answer only from views that have reached this position.']],
);
export const COMMANDED = headersOf([KEY], [REQUEST, WAIT, TRACE]);
const WORK: Named = [
  HEADERS.idempotencyKey,
  'Names the piece of work; without it equal params are the same work, unless the action says otherwise.',
];
const VERSION: Named = [HEADERS.actionVersion, 'Which version; default: the newest.'];

/** Of a call. @param policy what the action wants to be told; without one, of any action */
export const executed = (policy?: Pick<IdempotencyPolicy, 'mode' | 'perVersion'>) => {
  const wanted = [
    ...(policy?.mode === 'key-required' ? [WORK] : []),
    ...(policy?.perVersion === true ? [VERSION] : []),
  ];
  const others = [
    WORK,
    REQUEST,
    [HEADERS.firstSent, 'When the call was first sent, ISO 8601 or HTTP date.'],
    WAIT,
    VERSION,
    TRACE,
  ] as const;
  return headersOf(
    [KEY, ...wanted],
    others.filter((one) => !wanted.some((other) => other === one)),
  );
};

export const ANSWERED = headersOf(
  [],
  [
    [HEADERS.idempotencyStatus, 'executed, attached, replayed, pending or rejected.'],
    [HEADERS.idempotencyKey, 'The key as it was understood.'],
    [HEADERS.idempotencyGeneration, 'Which execution under this key it is, from 1.'],
    [HEADERS.executionId, 'exe_<hash>-<generation>'],
    [HEADERS.shouldRetry, 'true or false: whether the same call may be repeated with success.'],
  ],
);
export const REFUSED = headersOf(
  [[HEADERS.errorCode, 'The code of the error object.']],
  [
    [HEADERS.errorTitle, 'Its title.'],
    [HEADERS.idempotencyStatus, 'rejected, or of a recorded failure how it came about.'],
    [HEADERS.shouldRetry, 'true or false.'],
  ],
);

/** To whoever performs: which attempt of which execution this is. */
export const PERFORMED = headersOf(
  [
    [HEADERS.executionId, 'exe_<hash>-<generation>'],
    [HEADERS.idempotencyKey, 'Hand it on: the same for each attempt of this execution.'],
    [HEADERS.attempt, 'From 1.'],
    [HEADERS.timeoutMs, 'Milliseconds left of this attempt; a heartbeat begins them anew.'],
  ],
  [TRACE],
);
export const FAILED = headersOf([[HEADERS.errorCode, 'Any code: it says that this answer is a failure.']]);
export const NONE = headersOf([]);
