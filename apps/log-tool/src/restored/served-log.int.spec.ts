/** As record-restoration.unit.spec.ts, of a log on a server and through its official client. */
import { openEmbeddedEventStore, startEventLogServer } from '@action-do/event-store';
import { temporaryFolder } from '@action-do/test-support';
import { runLogTool } from '../run-log-tool.js';
import { execution, makeTenant } from '../testing/platform-log.contract.js';
import { contentOf } from '../testing/random-logs.contract.js';

const folder = temporaryFolder('action-do-served-restored');
afterAll(() => folder.remove());

it('a log on a server is told that it was put back, between streams of others, and told once', async () => {
  const store = await openEmbeddedEventStore({ folder: folder.path });
  await makeTenant(store);
  for (let n = 1; n <= 50; n += 1)
    await execution(store, n, n % 2 ? ['requested', 'started'] : ['requested']);
  await store.raw.append([{ name: 'orders of today', events: [othersEvent], firstRevision: 0 }]).durable;
  const server = await startEventLogServer({ store, host: '127.0.0.1', port: 0 });
  const said: string[] = [];
  const run = () =>
    runLogTool(['restored', '-o', 'ndjson'], {
      env: { DO_EVENT_STORE: `esdb://127.0.0.1:${server.port}?tls=false` },
      cwd: folder.path,
      out: (text) => void said.push(text),
      err: (text) => void said.push(text),
      isTTY: false,
      nowMs: Date.now,
      signal: new AbortController().signal,
    });
  expect([await run(), await run()]).toEqual([0, 0]);
  const [first, second] = said.map((text) => JSON.parse(text));
  expect(first).toMatchObject({ logId: store.logId, parked: 50, wentOn: false, tenants: ['default'] });
  expect(second).toMatchObject({ restoration: first.restoration, parked: 0, wentOn: true });
  const written = (await contentOf(store)).filter(({ metadata }) => metadata['channel'] === 'log-restored');
  expect(written.map(({ type }) => type)).toEqual([
    'LogRestored',
    ...new Array<string>(50).fill('ActionOutcomeUnknown'),
  ]);
  await server.close();
  await store.close();
}, 30_000);

const othersEvent = {
  id: '00000000-0000-4000-b000-000000000001',
  type: 'Noted',
  isJson: true,
  data: Buffer.from('{}'),
  metadata: Buffer.alloc(0),
};
