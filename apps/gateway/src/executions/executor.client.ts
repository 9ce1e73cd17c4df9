import {
  type ActionName,
  type ErrorCode,
  type ExecutionVerb,
  gatewaySubjects,
  HEADERS,
  type TenantName,
} from '@action-do/contracts';
import {
  type Bus,
  BusClosed,
  type BusReply,
  BusTimeout,
  header,
  NoResponder,
  PayloadTooLarge,
} from '@action-do/messaging';
import { RequestRefused } from '../http/request-refused.js';

/** Time that an executor has to answer after the caller's own wait is over. */
const GRACE_MS = 5_000;

/** What an executor answered: bytes to pass on, and what decides the HTTP status. */
export interface ExecutorReply {
  readonly payload: Uint8Array;
  readonly headers: BusReply['headers'];
  readonly errorCode: string | undefined;
}

/** The gateway's way to the executors: one request on the bus, and truth or 503 in return. */
export class ExecutorClient {
  constructor(private readonly bus: Bus) {}

  execute(
    tenant: TenantName,
    action: ActionName,
    body: Uint8Array,
    headers: Record<string, string>,
    waitMs: number,
  ): Promise<ExecutorReply> {
    return this.ask(gatewaySubjects.execute(tenant, action), body, headers, waitMs);
  }

  execution(
    tenant: TenantName,
    verb: ExecutionVerb,
    question: { readonly id: string; readonly cursor?: string },
    headers: Record<string, string>,
    waitMs: number,
  ): Promise<ExecutorReply> {
    const body = new TextEncoder().encode(JSON.stringify(question));
    return this.ask(gatewaySubjects.execution(tenant, verb), body, headers, waitMs);
  }

  private async ask(
    subject: string,
    body: Uint8Array,
    headers: Record<string, string>,
    waitMs: number,
  ): Promise<ExecutorReply> {
    try {
      const reply = await this.bus.request(subject, body, { headers, timeoutMs: waitMs + GRACE_MS });
      return { ...reply, errorCode: header(reply.headers, HEADERS.errorCode) };
    } catch (error) {
      throw explain(error);
    }
  }
}

function explain(error: unknown): unknown {
  if (error instanceof NoResponder)
    return unavailable('No executor is running; nothing was recorded.', 'none');
  // A timeout is never a failure: the command may have been carried out.
  if (error instanceof BusTimeout)
    return unavailable(
      'No executor answered in time: the request may have been recorded. A repeat with the same key finds out.',
      'unknown',
    );
  if (error instanceof BusClosed)
    return unavailable(
      'The gateway is stopping: the request may have been recorded. A repeat with the same key finds out.',
      'unknown',
    );
  if (error instanceof PayloadTooLarge) return new RequestRefused('PAYLOAD_TOO_LARGE');
  return error;
}

const unavailable = (detail: string, effect: 'none' | 'unknown'): RequestRefused =>
  new RequestRefused('UNAVAILABLE' satisfies ErrorCode, { detail, effect, retryAfterMs: 1_000 });
