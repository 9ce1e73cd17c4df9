import { actionStream, registryStream, type TenantName } from '@action-do/contracts';
import { type NewEvent, openEmbeddedEventStore } from '@action-do/event-store';
import { type Random, seededRandom } from '@action-do/test-support';
import { hex, type SeededExecution, seededExecutions, uuid } from './seeded-executions.js';

export interface SeedLogOptions {
  /** Folder of the log; made if it is not there. A log that has events already gets more. */
  readonly folder: string;
  /** At least so many, whole executions. */
  readonly events: number;
  readonly seed: number;
  readonly tenant: TenantName;
  readonly say: (line: string) => void;
}

export const SEEDED_ACTIONS = [
  'send-invoice',
  'charge-card',
  'update-crm-record',
  'create-user',
  'sync-stock',
];
export const SEEDED_ACTORS = 40;
export const SEEDED_CUSTOMERS = 50_000;
/** 2026-01-01T00:00:00Z */
export const SEEDED_FROM_MS = 1_767_225_600_000;

/** Appends under way at once: group commit makes one flush of them. */
const APPENDS_MAX = 512;
const TELL_EVERY_MS = 5_000;

/** Fills a log with executions that look as recorded ones do. @returns how many events it wrote */
export async function seedLog({
  folder,
  events: wanted,
  seed,
  tenant,
  say,
}: SeedLogOptions): Promise<number> {
  const store = await openEmbeddedEventStore({ folder });
  const random = seededRandom(seed + 1);
  const executions = seededExecutions({
    seed,
    tenant,
    actions: SEEDED_ACTIONS,
    actors: SEEDED_ACTORS,
    customers: SEEDED_CUSTOMERS,
    startMs: SEEDED_FROM_MS,
  });
  let written = 0;
  let toldAtMs = performance.now();
  const startedAtMs = toldAtMs;
  try {
    for (const action of SEEDED_ACTIONS) {
      const event = registered(action, tenant, random);
      await store.append(registryStream(tenant, action), [event], 'no-stream');
      written += 1;
    }
    const write = async (): Promise<void> => {
      for (let next = executions.next(); written < wanted && !next.done; next = executions.next()) {
        const execution = next.value;
        written += execution.events.length;
        await store.append(
          actionStream(execution.tenant, execution.scope),
          recorded(execution, random),
          'no-stream',
        );
        if (performance.now() - toldAtMs < TELL_EVERY_MS) continue;
        toldAtMs = performance.now();
        const perSecond = written / ((toldAtMs - startedAtMs) / 1_000);
        const leftS = (wanted - written) / perSecond;
        say(`${written} of ${wanted} events, ${perSecond.toFixed(0)} a second, ${leftS.toFixed(0)} s left`);
      }
    };
    await Promise.all(Array.from({ length: APPENDS_MAX }, write));
    return written;
  } finally {
    await store.close();
  }
}

/** The events of an execution with the metadata that an executor gives them. */
export function recorded(execution: SeededExecution, random: Random): NewEvent[] {
  let causationId: string | undefined;
  return execution.events.map(({ type, data }) => {
    const id = uuid(random);
    const metadata = {
      recordVersion: '1',
      schemaVersion: '1',
      tenant: execution.tenant,
      executionId: execution.executionId,
      generation: '1',
      attempt: 'attempt' in data ? String(data.attempt) : '0',
      action: execution.action,
      actionVersion: '1',
      actorType: 'api_key',
      actorId: execution.actorId,
      credentialId: execution.actorId,
      channel: 'http',
      occurredAt: new Date(data.atMs).toISOString(),
      executor: 'seed',
      $correlationId: execution.executionId,
      ...(causationId === undefined ? {} : { $causationId: causationId }),
    };
    causationId = id;
    return { id, type, data, metadata };
  });
}

/** The contract that makes `params.customer.id` an indexed path. */
function registered(action: string, tenant: TenantName, random: Random) {
  const text = { type: 'string' };
  const contract = {
    name: action,
    version: 1,
    description: 'One of the seeded actions.',
    policy: {
      effects: 'idempotent',
      retry: { attemptsMax: 3, initialDelayMs: 200, delayMsMax: 30_000, factor: 2 },
      attemptTimeoutMs: 10_000,
      deadlineMs: 300_000,
      idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
    },
    paramsJsonSchema: {
      type: 'object',
      properties: {
        customer: { type: 'object', properties: { id: { ...text, indexed: true } } },
        orderId: text,
        amountCents: { type: 'integer' },
        note: text,
      },
    },
    resultJsonSchema: { type: 'object' },
    hasProbe: false,
  };
  return {
    id: uuid(random),
    type: 'ActionRegistered',
    data: { contract, target: 'bus', digest: hex(random, 64), atMs: SEEDED_FROM_MS },
    metadata: {
      recordVersion: '1',
      schemaVersion: '1',
      tenant,
      actorType: 'system',
      actorId: 'seed',
      occurredAt: new Date(SEEDED_FROM_MS).toISOString(),
    },
  };
}
