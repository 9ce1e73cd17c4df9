/**
 * L1 against kill -9: a process appends and projects, and is killed at a random moment. What is in the views then is what
 * the log up to their checkpoint gives. More of it, on both engines: `npm run torture -- projector`.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AuditQuery, ExecutionsQuery } from '@action-do/contracts';
import { openEmbeddedEventStore, type RecordedEvent } from '@action-do/event-store';
import { openViewsReader, openViewsWriter, type Page } from '@action-do/views';
import { BUILT, insistOnBuild } from '../testing/built-threads.contract.js';
import { ACME } from '../testing/follower-world.contract.js';
import { projectAll } from '../testing/project-all.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'projector-kill-'));
const logFolder = join(folder, 'log');
const viewsUrl = `embedded:${join(folder, 'views')}`;
beforeAll(insistOnBuild);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function projectUntilKilled(): Promise<void> {
  const program = fileURLToPath(new URL('testing/project-until-killed.js', BUILT));
  const child = spawn(process.execPath, [program, logFolder, viewsUrl], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  let linesLeft = randomInt(1, 1_500);
  for await (const _ of createInterface(child.stdout)) {
    linesLeft -= 1;
    if (linesLeft === 0) child.kill('SIGKILL');
  }
  expect({ ended: (await ended)[1], errors }).toEqual({ ended: 'SIGKILL', errors: '' });
}

async function allPages<Row>(ask: (cursor: string | undefined) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor);
    rows.push(...page.rows);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows.reverse();
}

async function eventsUpTo(position: bigint): Promise<RecordedEvent[]> {
  const log = await openEmbeddedEventStore({ folder: logFolder });
  const events: RecordedEvent[] = [];
  for await (const event of log.readAll()) if (event.position <= position) events.push(event);
  await log.close();
  return events;
}

describe('after kill -9', () => {
  it.each([1, 2, 3])(
    'the views are what the log up to their checkpoint gives (round %i)',
    async () => {
      await projectUntilKilled();
      // Those that nobody had seen yet are finished as they are.
      await (await openViewsWriter({ url: viewsUrl })).close();
      const reader = await openViewsReader({ url: viewsUrl });
      const checkpoint = await reader.checkpoint();
      const query = (cursor: string | undefined) => ({ limit: 500, ...(cursor ? { cursor } : {}) });
      const executions = await allPages((cursor) =>
        reader.executions(ACME, ExecutionsQuery.parse(query(cursor))),
      );
      const audit = await allPages((cursor) => reader.auditEvents(ACME, AuditQuery.parse(query(cursor))));
      const counts = await reader.counts();
      await reader.close();
      const { views } = await projectAll([await eventsUpTo(checkpoint?.position ?? 0n)]);
      expect(executions).toEqual([...views.executionRows.values()]);
      expect(audit).toEqual([...views.audit.values()]);
      expect(counts).toMatchObject({ open_execution: views.open.size, idempotency: views.keys.size });
    },
    120_000,
  );
});
