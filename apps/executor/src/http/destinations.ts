import type { TenantName } from '@action-do/contracts';
import type { Clock } from '../ports.js';
import { type Address, parseAddress } from './addresses.js';
import type { AllowList } from './allow-list.js';
import { NotSent } from './not-sent.js';
import type { Resolve } from './resolve.js';
import { readTarget, type Target } from './target.js';

/** How long a name may take to be resolved. */
const DNS_MS = 5_000;
/** Addresses of one name that are looked at. */
const ADDRESSES_MAX = 32;

/** Which services may be asked, and at which addresses. */
export class Destinations {
  constructor(
    private readonly allow: AllowList,
    private readonly resolve: Resolve,
    private readonly clock: Clock,
  ) {}

  /** What can be said of a URL before it is called; what its name leads to is seen each time. */
  read(url: string): Target | string {
    const target = readTarget(url);
    if (typeof target === 'string') return target;
    if (this.allow.isEmpty)
      return 'cannot be called: DO_HTTP_ALLOW names the hosts and networks of HTTP services, and is empty';
    if (!this.allow.allowsHost(target))
      return `cannot be called: DO_HTTP_ALLOW does not allow ${target.host}`;
    if (target.address !== null && !this.allow.allowsAddress(target.address, target))
      return 'must be https: without, DO_HTTP_ALLOW has to list the address or its network';
    return target;
  }

  /**
   * The addresses of a target that may be connected to, at least one, as text.
   * @throws NotSent there is none, or `signal` has aborted
   */
  async addressesOf(target: Target, tenant: TenantName, signal: AbortSignal): Promise<string[]> {
    if (target.address !== null) return this.allowed([target.address], target);
    const texts = await this.lookUp(target.host, tenant, signal);
    const addresses = texts.slice(0, ADDRESSES_MAX).map(parseAddress);
    return this.allowed(
      addresses.filter((address) => address !== null),
      target,
    );
  }

  private allowed(addresses: readonly Address[], target: Target): string[] {
    const allowed = addresses.filter((address) => this.allow.allowsAddress(address, target));
    if (allowed.length > 0) return allowed.map(String);
    const why = target.isSecure
      ? 'leads to addresses that are not public, and that DO_HTTP_ALLOW does not list'
      : 'is called without TLS, at addresses that DO_HTTP_ALLOW does not list';
    throw new NotSent('HTTP_NOT_ALLOWED', `${target.host} ${why}`, { cause: addresses.map(String) });
  }

  private async lookUp(host: string, tenant: TenantName, signal: AbortSignal): Promise<readonly string[]> {
    const overdue = new AbortController();
    const callOff = this.clock.after(DNS_MS, () => overdue.abort());
    try {
      return await this.resolve(host, tenant, AbortSignal.any([signal, overdue.signal]));
    } catch (error) {
      if (error instanceof NotSent) throw error;
      throw new NotSent('HTTP_DNS', `the name ${host} could not be resolved`, { cause: error });
    } finally {
      callOff();
    }
  }
}
