import { TenantName } from '@action-do/contracts';
import { InMemoryEventStore } from '@action-do/event-store';
import { systemChance, systemClock } from '../system-ports.js';
import type { OutcomeAwaiter } from './await-outcome.js';
import { Closing } from './closing.js';
import { ExecutionLog } from './execution-log.js';
import { FindExecution } from './find-execution.handler.js';

const tenant = TenantName.parse('default');
const scope = '0'.repeat(32);
const id = `exe_${scope}-1`;
const other = `exe_${scope}-2`;

/** A stream of events of 300 KiB each, which no one message could carry together. */
async function withLargeEvents(executions: readonly string[]): Promise<FindExecution> {
  const store = new InMemoryEventStore();
  const events = executions.map((executionId, n) => ({
    id: systemChance.uuid(),
    type: 'ActionLateOutcome',
    data: { n, text: 'x'.repeat(300 * 1024) },
    metadata: { executionId },
  }));
  await store.append(`action-default.${scope}`, events, 'no-stream');
  return new FindExecution(
    new ExecutionLog(store, systemClock, systemChance, new Closing(), 'e1'),
    undefined as never as OutcomeAwaiter,
  );
}

describe('the events of an execution', () => {
  it('come in pages that fit a message of the bus, each event once, in order', async () => {
    const find = await withLargeEvents([id, id, other, id, id, id]);
    const seen: unknown[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 10; pages++) {
      const page = await find.events(tenant, id, cursor);
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(1024 * 1024);
      seen.push(...(page?.items.map(({ data }) => data['n']) ?? []));
      cursor = page?.nextCursor;
      if (cursor === undefined) break;
    }
    expect(seen).toEqual([0, 1, 3, 4, 5]);
  });

  it('behind the last one are none, which is not the same as an execution that does not exist', async () => {
    const find = await withLargeEvents([id]);
    expect(await find.events(tenant, id, '0')).toEqual({ items: [] });
    expect(await find.events(tenant, other)).toBeNull();
    expect(await find.events(tenant, 'nonsense')).toBeNull();
  });
});
