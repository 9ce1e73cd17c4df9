/** Every header name of HTTP and bus, in the spelling in which it is sent. Looked up without regard to case. */
export const HEADERS = {
  /** `Bearer <key>`: of a caller on the bus, as on HTTP. */
  authorization: 'Authorization',
  /** Caller's key, RFC 8941 string or bare token; echoed in answers. */
  idempotencyKey: 'Idempotency-Key',
  /**
   * executed | attached | replayed | pending | rejected. On every answer to execute and attach, refusals included, as is
   * `Do-Execution-Id` on each that is no refusal: what comes without is not an executor's answer, and is not passed on.
   */
  idempotencyStatus: 'Idempotency-Status',
  idempotencyGeneration: 'Idempotency-Generation',
  /** UUID, one a logical call, kept over its network retries. */
  requestId: 'Do-Request-Id',
  /** When the caller first sent this call, RFC 9110 date or ISO 8601. */
  firstSent: 'Repeatability-First-Sent',
  /** Milliseconds that the caller still waits, re-issued at each hop; 0 = answer as soon as it is durable. */
  timeoutMs: 'Do-Timeout-Ms',
  shouldRetry: 'Do-Should-Retry',
  retryAfterMs: 'Do-Retry-After-Ms',
  /** A list is answered only from views that have reached this public position. */
  minPosition: 'Do-Min-Position',
  executionId: 'Do-Execution-Id',
  /** To handlers: which attempt this is, from 1. */
  attempt: 'Do-Attempt',
  /** To an HTTP service: run | undo | probe, of which action, and what proves who asks (Standard Webhooks 1.0.0). */
  operation: 'Do-Operation',
  action: 'Do-Action',
  actionVersion: 'Do-Action-Version',
  webhookId: 'webhook-id',
  webhookTimestamp: 'webhook-timestamp',
  webhookSignature: 'webhook-signature',
  actorType: 'Do-Actor-Type',
  actorId: 'Do-Actor-Id',
  credentialId: 'Do-Credential-Id',
  channel: 'Do-Channel',
  gateway: 'Do-Gateway',
  userAgent: 'Do-User-Agent',
  traceparent: 'traceparent',
  /** Set on every refusal and failure, with the error code. */
  errorCode: 'Nats-Service-Error-Code',
  errorTitle: 'Nats-Service-Error',
} as const;

/** How an answer came about, told in `Idempotency-Status`. */
export type IdempotencyStatus = 'executed' | 'attached' | 'replayed' | 'pending' | 'rejected';

/** What an HTTP service is asked for, told in `Do-Operation`. */
export type Operation = 'run' | 'undo' | 'probe';
