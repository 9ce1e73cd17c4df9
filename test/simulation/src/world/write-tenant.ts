import { createHash, createHmac } from 'node:crypto';
import { contractOf, registryStream, type TenantName, tenantStream } from '@action-do/contracts';
import { contractText } from '@action-do/domain';
import { MasterKey } from '@action-do/executor';
import type { SimWorld } from '@action-do/test-support';
import { definedActions } from './sim-actions.js';

export const masterKey = MasterKey.fromHex('ab'.repeat(32));
/** Of every run the same, so that the same seed has the same streams. */
const PEPPER = Buffer.alloc(32, 7);
const AT_MS = Date.UTC(2026, 0, 1);

interface Written {
  readonly stream: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

// Sealed and digested once: a run begins with a copy.
const tenants = new Map<TenantName, Written>();
const registrations: readonly { name: string; data: Record<string, unknown> }[] = definedActions().map(
  (definition) => {
    const contract = contractOf(definition);
    const digest = createHash('sha256').update(contractText(contract)).digest('hex');
    return { name: contract.name, data: { contract, target: 'bus', digest, atMs: AT_MS } };
  },
);

/** What the log holds before a run: the tenant, and the contracts of its workers, if it has any. */
export async function writeTenant(world: SimWorld, tenant: TenantName, hasWorkers: boolean): Promise<void> {
  const known = tenants.get(tenant) ?? created(tenant);
  tenants.set(tenant, known);
  const contracts = hasWorkers
    ? registrations.map(({ name, data }) => ({
        stream: registryStream(tenant, name),
        type: 'ActionRegistered',
        data,
      }))
    : [];
  for (const [index, { stream, type, data }] of [known, ...contracts].entries()) {
    const id = `00000000-0000-7000-7000-${String(index).padStart(12, '0')}`;
    await world.write(stream, [{ id, type, data, metadata: { recordVersion: '1', tenant } }], 'no-stream');
  }
}

function created(tenant: TenantName): Written {
  const check = createHmac('sha256', PEPPER).update('action.do pepper check').digest('hex');
  const data = {
    pepperWrapped: masterKey.wrap(PEPPER, `the pepper of tenant ${tenant}`),
    pepperCheck: check,
  };
  return { stream: tenantStream(tenant), type: 'TenantCreated', data };
}
