import { AccessRecord, HEADERS, systemSubjects, type TenantName } from '@action-do/contracts';
import { header } from '@action-do/messaging';
import { KeyVerifier } from '@action-do/service-kit';
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
/** Asks an executor what is known of a key, and checks the key against that. */
export class ApiKeyVerifier {
  private readonly keys: KeyVerifier;

  constructor(
    private readonly asker: Asker,
    nowMs: () => number,
  ) {
    this.keys = new KeyVerifier((keyId) => this.ask(keyId, PATIENCE_MS), nowMs);
  }

  /** Null = not a valid key. @throws RequestRefused nobody could be asked */
  async verify(key: string): Promise<Caller | null> {
    const holder = await this.keys.verify(key);
    if (holder === null) return null;
    const { tenant, keyId } = holder;
    return { tenant, actorType: 'api_key', actorId: keyId, credentialId: keyId };
  }

  /** Whether anybody answers at all: what readiness means for a gateway. */
  async reachesExecutor(): Promise<boolean> {
    return this.ask('default-000000000000', 0).then(
      () => true,
      () => false,
    );
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
