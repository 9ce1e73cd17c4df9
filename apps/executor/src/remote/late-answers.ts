import type { TenantName } from '@action-do/contracts';

/** How many attempts that were given up may still be waited for. */
const LATE_MAX = 1_000;

/**
 * Attempts that were given up and whose outcome would still be recorded, should it come. Each costs an open request and
 * no slot. Where there are too many, of the tenant that has most the one is let go that was given up first: a service that
 * never answers costs nobody else an outcome.
 */
export class LateAnswers {
  /** In the order in which they were given up. None is empty. */
  private readonly ofTenants = new Map<TenantName, Set<() => void>>();
  private size = 0;

  constructor(private readonly lateMax = LATE_MAX) {}

  /** @param letGo stops waiting; the returned function says that it is over anyway */
  enter(tenant: TenantName, letGo: () => void): () => void {
    const mine = this.ofTenants.get(tenant) ?? new Set();
    this.ofTenants.set(tenant, mine.add(letGo));
    this.size++;
    if (this.size > this.lateMax) this.letOneGo();
    return () => this.forget(tenant, letGo);
  }

  private letOneGo(): void {
    const [most] = [...this.ofTenants].sort(([, one], [, other]) => other.size - one.size);
    if (most === undefined) return;
    const [tenant, [oldest]] = most;
    if (oldest === undefined) return;
    this.forget(tenant, oldest);
    oldest();
  }

  private forget(tenant: TenantName, letGo: () => void): void {
    const waiting = this.ofTenants.get(tenant);
    if (!waiting?.delete(letGo)) return;
    this.size--;
    if (waiting.size === 0) this.ofTenants.delete(tenant);
  }
}
