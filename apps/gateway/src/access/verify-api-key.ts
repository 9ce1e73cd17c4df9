import { hash, timingSafeEqual } from 'node:crypto';
import { AccessRecord, HEADERS, parseApiKey, systemSubjects, TenantName } from '@action-do/contracts';
import { header } from '@action-do/messaging';
import type { Asker } from '../bus/asker.js';
import { RequestRefused } from '../http/request-refused.js';

/** Who is calling, as a credential proved it. The tenant comes from here and from nothing else. */
export interface Caller {
  readonly tenant: TenantName;
  readonly actorType: 'api_key';
  readonly actorId: string;
  readonly credentialId: string;
}

const LOOKUP_TIMEOUT_MS = 5_000;
/** As long as a bus needs to get its connection back. */
const PATIENCE_MS = 2_000;
/** A revoked key is refused everywhere within this time. */
const REMEMBER_MS = 1_000;
const REMEMBER_KEYS_MAX = 10_000;
/** Compared with where a key id is unknown, so that both cases cost the same work. */
const NO_DIGEST = Buffer.alloc(32);

/** Asks an executor what is known of a key, remembers it for a second, and compares digests in constant time. */
export class ApiKeyVerifier {
  private readonly remembered = new Map<string, { until: number; record: Promise<AccessRecord> }>();

  constructor(
    private readonly asker: Asker,
    private readonly nowMs: () => number,
  ) {}

  /** Null = not a valid key. @throws RequestRefused nobody could be asked */
  async verify(key: string): Promise<Caller | null> {
    const parsed = parseApiKey(key);
    if (parsed === null) return null;
    const tenant = TenantName.safeParse(parsed.tenant);
    if (!tenant.success) return null;
    const record = await this.look(parsed.keyId);
    const expected = record === null ? NO_DIGEST : Buffer.from(record.digest, 'hex');
    const given = hash('sha256', key, 'buffer');
    const equal = expected.length === given.length && timingSafeEqual(expected, given);
    if (record === null || !equal) return null;
    return { tenant: tenant.data, actorType: 'api_key', actorId: parsed.keyId, credentialId: parsed.keyId };
  }

  /** Whether anybody answers at all: what readiness means for a gateway. */
  async reachesExecutor(): Promise<boolean> {
    return this.ask('default-000000000000', 0).then(
      () => true,
      () => false,
    );
  }

  private look(keyId: string): Promise<AccessRecord> {
    const known = this.remembered.get(keyId);
    if (known && known.until > this.nowMs()) return known.record;
    this.remembered.delete(keyId);
    const [oldest] = this.remembered.size >= REMEMBER_KEYS_MAX ? this.remembered.keys() : [];
    if (oldest !== undefined) this.remembered.delete(oldest);
    const record = this.ask(keyId, PATIENCE_MS);
    this.remembered.set(keyId, { until: this.nowMs() + REMEMBER_MS, record });
    record.catch(() => {
      if (this.remembered.get(keyId)?.record === record) this.remembered.delete(keyId);
    });
    return record;
  }

  private async ask(keyId: string, patienceMs: number): Promise<AccessRecord> {
    const payload = new TextEncoder().encode(JSON.stringify({ keyId }));
    const reply = await this.asker
      .ask({
        subject: systemSubjects.accessLookup,
        payload,
        headers: {},
        waitMs: 0,
        graceMs: LOOKUP_TIMEOUT_MS,
        patienceMs,
        afterLoss: 'wait-on',
      })
      .catch(() => {
        throw new RequestRefused('UNAVAILABLE', {
          detail: 'No executor answers, so the key cannot be checked.',
          effect: 'none',
          retryAfterMs: 1_000,
        });
      });
    if (header(reply.headers, HEADERS.errorCode) !== undefined)
      throw new RequestRefused('UNAVAILABLE', {
        detail: 'The key cannot be checked now.',
        effect: 'none',
        retryAfterMs: 1_000,
      });
    return AccessRecord.parse(JSON.parse(new TextDecoder().decode(reply.payload)));
  }
}
