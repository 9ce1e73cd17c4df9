/** A command to execute and its answer, of the size that the platform sends them in. */
export const SUBJECT = 'do.v1.gw.default.action.bench-note.execute';

const ID = '3d25677b-02eb-4a92-8fff-ef4ea658f35e';
const DIGEST = 'auto:4df1a4181a26e623f435592f85bf755aeea165fade9e35961cd2696e54fcf425';
const EXECUTION = 'exe_0220e6556dfb32385b16c15b39e83224-1';

export const REQUEST = {
  payload: Buffer.alloc(89, ' '),
  headers: {
    'Do-Actor-Type': 'api_key',
    'Do-Actor-Id': 'default-30av977897t1',
    'Do-Credential-Id': 'default-30av977897t1',
    'Do-Channel': 'http',
    'Do-Gateway': `gateway-${ID}`,
    'Do-Timeout-Ms': '20000',
    'Do-Request-Id': ID,
  },
} as const;

export const ANSWER = {
  payload: Buffer.alloc(576, ' '),
  headers: {
    'Idempotency-Key': `"${DIGEST}"`,
    'Do-Execution-Id': EXECUTION,
    'Idempotency-Generation': '1',
    'Idempotency-Status': 'executed',
    'Do-Should-Retry': 'false',
  },
} as const;
