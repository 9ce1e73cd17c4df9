import { HEADERS } from '@action-do/contracts';
import { type BusReply, header } from '@action-do/messaging';

/** What an answer that is no error has, by the contract of what was asked. */
export type Sign = 'outcome-headers' | 'execution' | 'items' | 'status' | 'action' | 'any-object';

/** No acknowledgement is larger; what is larger is passed on unparsed. */
const LOOKED_INTO_BYTES_MAX = 1_024;

/**
 * Whether something else answered than the service that was asked: a JetStream stream over its subject, which
 * acknowledges the message first (`{"stream":…,"seq":…}`), or a program that listens where it should not. Taken for a
 * result, its answer would tell the caller that work was done.
 *
 * Outcomes (execute, attach) always carry `Idempotency-Status` and `Do-Execution-Id`; other answers carry no header that
 * an error has not, so the small ones are looked into.
 */
export function isForeign({ payload, headers }: BusReply, sign: Sign): boolean {
  if (sign === 'outcome-headers')
    return (
      header(headers, HEADERS.idempotencyStatus) === undefined ||
      header(headers, HEADERS.executionId) === undefined
    );
  if (payload.length > LOOKED_INTO_BYTES_MAX) return false;
  const body = parse(payload);
  if (typeof body !== 'object' || body === null) return true;
  return sign === 'any-object' ? 'stream' in body && 'seq' in body : !(sign in body);
}

function parse(payload: Uint8Array): unknown {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(payload));
    return body;
  } catch {
    return undefined;
  }
}
