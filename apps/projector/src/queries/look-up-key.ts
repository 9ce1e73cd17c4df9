import { AccessRecord, HEADERS, systemSubjects } from '@action-do/contracts';
import { type Bus, header } from '@action-do/messaging';
import { unavailable } from './message-refused.js';

const LOOKUP_TIMEOUT_MS = 5_000;

/** What executors know of a key. @throws MessageRefused nobody could be asked */
export async function lookUpKey(bus: Pick<Bus, 'request'>, keyId: string): Promise<AccessRecord> {
  const payload = new TextEncoder().encode(JSON.stringify({ keyId }));
  const reply = await bus
    .request(systemSubjects.accessLookup, payload, { timeoutMs: LOOKUP_TIMEOUT_MS })
    .catch(() => {
      throw unavailable('No executor answers, so the key cannot be checked.');
    });
  if (header(reply.headers, HEADERS.errorCode) !== undefined)
    throw unavailable('The key cannot be checked now.');
  return AccessRecord.parse(JSON.parse(new TextDecoder().decode(reply.payload)));
}
