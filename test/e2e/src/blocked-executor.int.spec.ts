/** Leases of an executor whose event loop stands still: an action that computes for long, and one that never comes back. */
import { canRun, natsServerProgram, postgresProgram, until } from '@action-do/test-support';
import { OnePlatform } from './one-platform.js';

const runs = canRun(natsServerProgram(), 'nats-server') && canRun(postgresProgram(), 'PostgreSQL');
// Skipped: only where there is no nats-server, or no PostgreSQL.
const suite = runs ? describe : describe.skip;

const LEASE_MS = 1_000;
const STALL_MS = 4_000;
/** A deadline, not an expectation of speed. */
const PATIENCE_MS = 30_000;

suite('an action that blocks the event loop of one of two executors', () => {
  const env = { DO_LEASE_MS: String(LEASE_MS), DO_STALL_MS: String(STALL_MS) };
  const one = new OnePlatform(env, 'services-two');
  beforeAll(async () => void (await one.start()), 60_000);
  afterAll(() => one.end());

  const called = (id: string, count = 1) =>
    until(`${count} calls of ${id}`, () => one.ledgerOf(id).length >= count, PATIENCE_MS);
  const block = (id: string, holdMs: number) => one.caller.execute('block-loop', { id, holdMs });

  it('for three leases loses none: neither that attempt nor another one there is taken over', async () => {
    // Who gets a request is not ours to choose: both executors have something else to lose.
    const gate = one.gate();
    const waiting = new Map<string, string>();
    const pids = () => new Set([...waiting.keys()].map((id) => one.ledgerOf(id)[0]?.pid));
    while (pids().size < 2) {
      const id = `waits-${waiting.size}`;
      const params = { id, gate: gate.file };
      const { body } = await one.caller.execute('note-idempotent', params, { prefer: 'respond-async' });
      waiting.set(id, body.execution?.id ?? '');
      await called(id);
    }
    const { status, body } = await block('computes', 3 * LEASE_MS);
    expect([status, body.execution?.attempts]).toEqual([200, 1]);
    gate.open();
    for (const [id, execution] of [['computes', body.execution?.id ?? ''] as const, ...waiting]) {
      await one.caller.ask(execution, 'attach');
      const { body: events } = await one.caller.ask(execution, 'events');
      expect([id, events.items?.map(({ type }) => type), one.ledgerOf(id).length]).toEqual([
        id,
        ['ActionRequested', 'ActionStarted', 'ActionSucceeded'],
        1,
      ]);
    }
  }, 60_000);

  it('for longer than the bound is given up: what it ran goes on at the other executor', async () => {
    const holdMs = STALL_MS + 5 * LEASE_MS;
    await Promise.all([block('hangs', holdMs), called('hangs', 2)]);
    const [first, second] = one.ledgerOf('hangs');
    expect([first?.pid === second?.pid, first?.effectKey === second?.effectKey]).toEqual([false, true]);
    const { status, body } = await block('hangs', holdMs);
    expect([status, body.execution?.attempts]).toEqual([200, 2]);
  }, 60_000);
});
