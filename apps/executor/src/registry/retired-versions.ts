import type { ActionRetired, TenantName } from '@action-do/contracts';

/** Actions with retired versions that one executor remembers, of all tenants together. */
export const RETIRED_ACTIONS_MAX = 10_000;

/**
 * Versions that take no new work, as far as this executor has had to know. Bounded: where there are too many, those of the
 * action that was noted first are forgotten, and are read from the log again with the action; what this process performs
 * itself is not read again, and stays.
 */
export class RetiredVersions {
  private readonly byAction = new Map<string, { name: string; versions: Map<number, ActionRetired> }>();

  constructor(private readonly isOwn: (name: string) => boolean) {}

  note(tenant: TenantName, retired: ActionRetired): void {
    const { name, version } = retired;
    const key = keyOf(tenant, name);
    const { versions } = this.byAction.get(key) ?? { versions: new Map<number, ActionRetired>() };
    versions.set(version, retired);
    this.byAction.set(key, { name, versions });
    if (this.byAction.size > RETIRED_ACTIONS_MAX) this.forgetOne();
  }

  /** Of one action; undefined where none is known to be retired. */
  of(tenant: TenantName, name: string): ReadonlyMap<number, ActionRetired> | undefined {
    // Mostly there are none, and every call asks.
    return this.byAction.size === 0 ? undefined : this.byAction.get(keyOf(tenant, name))?.versions;
  }

  private forgetOne(): void {
    for (const [key, { name }] of this.byAction)
      if (!this.isOwn(name)) {
        this.byAction.delete(key);
        return;
      }
  }
}

const keyOf = (tenant: TenantName, name: string): string => `${tenant}.${name}`;
