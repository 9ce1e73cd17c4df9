import type { ActionRegistered, TenantName } from '@action-do/contracts';
import { ActionVersions } from './action-versions.js';
import type { RegisteredAction } from './registered-action.js';

/** Versions that one executor holds, of all tenants together. */
export const REMOTE_VERSIONS_MAX = 2_000;

/**
 * What tenants have registered to be performed elsewhere, on the bus or over HTTP, as far as this executor has had to know it. Bounded: where there
 * are too many, the one that was learned first is forgotten, and read from the log again when it is asked for.
 */
export class RemoteActions {
  private readonly byTenant = new Map<TenantName, ActionVersions>();
  /** In the order in which they were learned. */
  private readonly learned = new Map<string, { what: string; forget: () => void }>();

  versionsOf(tenant: TenantName): ActionVersions | undefined {
    return this.byTenant.get(tenant);
  }

  /** Whether exactly this contract and target are held: then whoever performs it, and what is known of them, stays. */
  holds(tenant: TenantName, registered: ActionRegistered): boolean {
    const { name, version } = registered.contract;
    return this.learned.get(nameOf(tenant, name, version))?.what === whatIs(registered);
  }

  set(tenant: TenantName, action: RegisteredAction, registered: ActionRegistered): void {
    const { name, version } = action;
    this.delete(tenant, name, version);
    const [oldest] = this.learned.size >= REMOTE_VERSIONS_MAX ? this.learned.values() : [];
    oldest?.forget();
    const versions = this.byTenant.get(tenant) ?? new ActionVersions();
    this.byTenant.set(tenant, versions);
    versions.set(action);
    const forget = (): void => this.delete(tenant, name, version);
    this.learned.set(nameOf(tenant, name, version), { what: whatIs(registered), forget });
  }

  delete(tenant: TenantName, name: string, version: number): void {
    const versions = this.byTenant.get(tenant);
    versions?.delete(name, version);
    if (versions?.isEmpty()) this.byTenant.delete(tenant);
    this.learned.delete(nameOf(tenant, name, version));
  }
}

const nameOf = (tenant: TenantName, name: string, version: number): string => `${tenant}.${name}.${version}`;

const whatIs = ({ digest, target, http, answersAsk }: ActionRegistered): string =>
  [digest, target, http?.url, http?.secretWrapped, answersAsk].join(' ');
