import { HEADERS } from '@action-do/contracts';
import { type BusReply, header } from '@action-do/messaging';

/** Whether a command was turned away: whoever says so has recorded nothing of it, unless he says that he does not know. */
export const isRefusal = ({ headers }: BusReply): boolean =>
  header(headers, HEADERS.idempotencyStatus) === 'rejected';

/** Whether an error object tells that something may have been done. */
export function saysUnknown({ payload }: BusReply): boolean {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof body === 'object' && body !== null && 'effect' in body && body.effect === 'unknown';
  } catch {
    return true;
  }
}
