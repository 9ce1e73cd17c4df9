import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { temporaryFolder } from '@action-do/test-support';
import { openViewsWriter } from '@action-do/views';
import { checkViews } from './projector/check-views.js';
import { projector } from './projector/projector-mode.js';

describe('kill -9 of a projector that appends and projects', () => {
  it('leaves rows and checkpoint consistent on both engines, and views built again are the same', async () => {
    const seed = randomInt(2 ** 31);
    const { violations, figures } = await projector.run({ seed, rounds: 2, say: () => {} });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(figures['kills']).toBeGreaterThan(1);
  }, 120_000);
});

describe('views that were left behind', () => {
  const folder = temporaryFolder('action-do-check-views');
  afterAll(() => folder.remove());
  let made = 0;

  /** Of a log of three keys: without a row, and with a checkpoint of some log. */
  async function left(position: bigint, of?: string) {
    made += 1;
    const at = (name: string): string => join(folder.path, `${name}-${made}`);
    const places = {
      logFolder: at('log'),
      viewsUrl: `embedded:${at('views')}`,
      referenceUrl: `embedded:${at('reference')}`,
    };
    mkdirSync(places.logFolder);
    const log = await openEmbeddedEventStore({ folder: places.logFolder });
    for (const n of [1, 2, 3]) {
      const id = `00000000-0000-4000-8000-00000000000${n}`;
      const metadata = { tenant: 'acme', occurredAt: '2026-01-01T00:00:00.000Z' };
      await log.append(`access-acme.k${n}`, [{ id, type: 'KeyCreated', data: {}, metadata }], 'no-stream');
    }
    const { logId } = log;
    await log.close();
    const writer = await openViewsWriter({ url: places.viewsUrl });
    await writer.apply({
      auditEvents: [],
      executions: [],
      executionPatches: [],
      idempotency: [],
      idempotencyPatches: [],
      opened: [],
      closed: [],
      auditValues: [],
      actions: [],
      actionPatches: [],
      checkpoint: { logId: of ?? logId, position },
    });
    await writer.close();
    return places;
  }

  it.each<[string, bigint, string | undefined, RegExp]>([
    ['have fewer rows than the log up to their checkpoint', 2n, undefined, /position=1.*surplus/],
    ['are ahead of the log', 9n, undefined, /9 is behind the log's 3/],
    ['tell of another log', 2n, 'other', /the log other/],
  ])('and %s are a violation', async (_, position, of, words) => {
    const { broken } = await checkViews(await left(position, of), 0n);
    expect(broken).toEqual([expect.stringMatching(words)]);
  });

  it('and whose checkpoint went back are one, too', async () => {
    const { broken } = await checkViews(await left(1n), 2n);
    expect(broken).toEqual([expect.stringMatching(/went back from 2 to 1/)]);
  });
});
