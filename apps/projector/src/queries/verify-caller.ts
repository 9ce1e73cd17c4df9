import { createHash, timingSafeEqual } from 'node:crypto';
import { AccessRecord, HEADERS, parseApiKey, systemSubjects, TenantName } from '@action-do/contracts';
import { type Bus, header } from '@action-do/messaging';
import type { Clock } from '../ports.js';
import { unavailable } from './message-refused.js';

const LOOKUP_TIMEOUT_MS = 5_000;
/** A revoked key is refused everywhere within this time. */
const REMEMBER_MS = 1_000;
const REMEMBER_KEYS_MAX = 10_000;
/** Compared with where a key id is unknown, so that both cases cost the same work. */
const NO_DIGEST = Buffer.alloc(32);

/** Checks the keys of callers on the bus as a gateway checks those of its own: asks an executor, compares digests. */
export class CallerVerifier {
  readonly #remembered = new Map<string, { untilMs: number; record: Promise<AccessRecord> }>();

  constructor(
    private readonly bus: Pick<Bus, 'request'>,
    private readonly clock: Clock,
  ) {}

  /** The tenant of a valid key, else null. @throws MessageRefused nobody could be asked */
  async tenantOf(key: string): Promise<TenantName | null> {
    const parsed = parseApiKey(key);
    if (parsed === null) return null;
    const tenant = TenantName.safeParse(parsed.tenant);
    if (!tenant.success) return null;
    const record = await this.#look(parsed.keyId);
    const expected = record === null ? NO_DIGEST : Buffer.from(record.digest, 'hex');
    const given = createHash('sha256').update(key).digest();
    const equal = expected.length === given.length && timingSafeEqual(expected, given);
    return record !== null && equal ? tenant.data : null;
  }

  #look(keyId: string): Promise<AccessRecord> {
    const nowMs = this.clock.nowMs();
    const known = this.#remembered.get(keyId);
    if (known && known.untilMs > nowMs) return known.record;
    this.#remembered.delete(keyId);
    const [oldest] = this.#remembered.size >= REMEMBER_KEYS_MAX ? this.#remembered.keys() : [];
    if (oldest !== undefined) this.#remembered.delete(oldest);
    const record = this.#ask(keyId);
    this.#remembered.set(keyId, { untilMs: nowMs + REMEMBER_MS, record });
    record.catch(() => {
      if (this.#remembered.get(keyId)?.record === record) this.#remembered.delete(keyId);
    });
    return record;
  }

  async #ask(keyId: string): Promise<AccessRecord> {
    const payload = new TextEncoder().encode(JSON.stringify({ keyId }));
    const reply = await this.bus
      .request(systemSubjects.accessLookup, payload, { timeoutMs: LOOKUP_TIMEOUT_MS })
      .catch(() => {
        throw unavailable('No executor answers, so the key cannot be checked.');
      });
    if (header(reply.headers, HEADERS.errorCode) !== undefined)
      throw unavailable('The key cannot be checked now.');
    return AccessRecord.parse(JSON.parse(new TextDecoder().decode(reply.payload)));
  }
}
