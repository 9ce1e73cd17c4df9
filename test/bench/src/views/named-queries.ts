/** What people ask of views, with values of the seeded log. */
import { AuditQuery, ExecutionsQuery, type TenantName } from '@action-do/contracts';
import type { Random } from '@action-do/test-support';
import type { ViewsReader } from '@action-do/views';
import { SEEDED_ACTIONS, SEEDED_ACTORS, SEEDED_FROM_MS } from '../seed/seed-log.js';

export interface NamedQuery {
  readonly name: string;
  /** Other values at each call. @returns how many rows it found */
  readonly ask: () => Promise<number>;
}

/** What can be asked of one execution that is there. */
export interface KnownExecution {
  readonly key: string;
  readonly customer: string;
}

/** @param known anywhere in the list  @param endMs when the last execution was requested */
export function namedQueries(
  reader: ViewsReader,
  tenant: TenantName,
  random: Random,
  known: readonly KnownExecution[],
  endMs: number,
): readonly NamedQuery[] {
  const executions = (query: object): Promise<number> =>
    reader.executions(tenant, ExecutionsQuery.parse(query)).then(({ rows }) => rows.length);
  const audit = (query: object): Promise<number> =>
    reader.auditEvents(tenant, AuditQuery.parse(query)).then(({ rows }) => rows.length);
  const below = (count: number): number => Math.floor(random() * count);
  const action = (): string[] => [SEEDED_ACTIONS[below(SEEDED_ACTIONS.length)] ?? ''];
  const actor = (): string[] => [`${tenant}-actor${String(below(SEEDED_ACTORS)).padStart(7, '0')}`];
  const some = (): KnownExecution => known[below(known.length)] ?? { key: '', customer: '' };
  const status = (): string[] => [random() < 0.5 ? 'succeeded' : 'failed'];
  /** A tenth of the log's time, anywhere in it. */
  const time = () => {
    const lengthMs = (endMs - SEEDED_FROM_MS) / 10;
    const sinceMs = SEEDED_FROM_MS + below(9 * lengthMs);
    return { since: iso(sinceMs), until: iso(sinceMs + lengthMs) };
  };
  const lists = { executions, 'audit events': audit };
  return Object.entries(lists).flatMap(([name, ask]) => [
    { name: `${name}: newest`, ask: () => ask({}) },
    { name: `${name}: newest 500`, ask: () => ask({ limit: 500 }) },
    { name: `${name}: by action`, ask: () => ask({ action: action() }) },
    {
      name: `${name}: by action, status, time`,
      ask: () => ask({ action: action(), status: status(), ...time() }),
    },
    { name: `${name}: by actor`, ask: () => ask({ actor: actor() }) },
    {
      name: `${name}: by actor, status, time`,
      ask: () => ask({ actor: actor(), status: status(), ...time() }),
    },
    { name: `${name}: by time`, ask: () => ask(time()) },
    { name: `${name}: by key`, ask: () => ask({ key: some().key }) },
    {
      name: `${name}: by an indexed params path`,
      ask: () => ask({ params: { 'customer.id': [some().customer] } }),
    },
  ]);
}

const iso = (ms: number): string => new Date(ms).toISOString();
