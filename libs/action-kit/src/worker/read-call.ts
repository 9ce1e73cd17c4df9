import {
  type ExecutionId,
  executionId,
  HEADERS,
  JsonMap,
  type JsonObject,
  parseExecutionId,
} from '@action-do/contracts';
import { type BusMessage, header } from '@action-do/messaging';
import { failed, type Outcome } from './outcome.js';

/** One attempt as the executor asks for it. */
export interface AttemptCall {
  readonly executionId: ExecutionId;
  readonly idempotencyKey: string;
  readonly attempt: number;
  /** Left of the attempt when it was sent. */
  readonly timeoutMs: number;
  readonly params: JsonObject;
}

export type ReadCall =
  | { readonly ok: true; readonly call: AttemptCall }
  | { readonly ok: false; readonly outcome: Outcome };

const KEY = /^[!-~]{1,255}$/;
const ATTEMPT = /^[1-9]\d{0,8}$/;
const TIMEOUT_MS = /^\d{1,12}$/;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Nothing in a message is taken on trust, and nothing malformed gets further than this. */
export function readCall({ payload, headers }: BusMessage): ReadCall {
  const id = parseExecutionId(header(headers, HEADERS.executionId) ?? '');
  const idempotencyKey = header(headers, HEADERS.idempotencyKey) ?? '';
  const attempt = header(headers, HEADERS.attempt) ?? '';
  const timeoutMs = header(headers, HEADERS.timeoutMs) ?? '';
  if (id === null) return malformed(HEADERS.executionId, 'the id of an execution');
  if (!KEY.test(idempotencyKey))
    return malformed(HEADERS.idempotencyKey, '1 to 255 visible ASCII characters');
  if (!ATTEMPT.test(attempt)) return malformed(HEADERS.attempt, 'a whole number from 1');
  if (!TIMEOUT_MS.test(timeoutMs)) return malformed(HEADERS.timeoutMs, 'whole milliseconds');
  const params = readParams(payload);
  if (params === null)
    return refused(failed('PARAMS_INVALID', 'the params are not a JSON object', 'none', false));
  const call = {
    executionId: executionId(id.scope, id.generation),
    idempotencyKey,
    attempt: Number(attempt),
    timeoutMs: Number(timeoutMs),
    params,
  };
  return { ok: true, call };
}

const malformed = (name: string, wanted: string): ReadCall =>
  refused(failed('REQUEST_INVALID', `the header ${name} must be ${wanted}`, 'none', false));

const refused = (outcome: Outcome): ReadCall => ({ ok: false, outcome });

function readParams(payload: Uint8Array): JsonObject | null {
  const params = JsonMap.safeParse(readJson(payload));
  return params.success ? params.data : null;
}

/** Undefined for what is no JSON. */
export function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
}
