import { hash, timingSafeEqual } from 'node:crypto';
import { type AccessRecord, parseApiKey, TenantName } from '@action-do/contracts';

/** Who is calling, as a key proved it. */
export interface KeyHolder {
  readonly tenant: TenantName;
  readonly keyId: string;
}

/** A revoked key is refused everywhere within this time. */
const REMEMBER_MS = 1_000;
const REMEMBER_KEYS_MAX = 10_000;
/** Compared with where a key id is unknown, so that both cases cost the same work. */
const NO_DIGEST = Buffer.alloc(32);

/** Checks keys the same way wherever a caller may come in: remembers what is known of one, compares digests in constant time. */
export class KeyVerifier {
  readonly #remembered = new Map<string, { untilMs: number; record: Promise<AccessRecord> }>();

  constructor(
    private readonly find: (keyId: string) => Promise<AccessRecord>,
    private readonly nowMs: () => number,
  ) {}

  /** Null = not a valid key. @throws what `find` throws, which is not remembered */
  async verify(key: string): Promise<KeyHolder | null> {
    const parsed = parseApiKey(key);
    if (parsed === null) return null;
    const tenant = TenantName.safeParse(parsed.tenant);
    if (!tenant.success) return null;
    const record = await this.#look(parsed.keyId);
    const expected = record === null ? NO_DIGEST : Buffer.from(record.digest, 'hex');
    const given = hash('sha256', key, 'buffer');
    const equal = expected.length === given.length && timingSafeEqual(expected, given);
    return record !== null && equal ? { tenant: tenant.data, keyId: parsed.keyId } : null;
  }

  #look(keyId: string): Promise<AccessRecord> {
    const nowMs = this.nowMs();
    const known = this.#remembered.get(keyId);
    if (known && known.untilMs > nowMs) return known.record;
    this.#remembered.delete(keyId);
    const [oldest] = this.#remembered.size >= REMEMBER_KEYS_MAX ? this.#remembered.keys() : [];
    if (oldest !== undefined) this.#remembered.delete(oldest);
    const record = this.find(keyId);
    this.#remembered.set(keyId, { untilMs: nowMs + REMEMBER_MS, record });
    record.catch(() => {
      if (this.#remembered.get(keyId)?.record === record) this.#remembered.delete(keyId);
    });
    return record;
  }
}
