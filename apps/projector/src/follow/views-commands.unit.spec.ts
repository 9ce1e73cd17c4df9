import { gatewaySubjects, HEADERS } from '@action-do/contracts';
import { header, InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { ViewsUnavailable } from '@action-do/views';
import { ACME, appendKey, followerWorld } from '../testing/follower-world.contract.js';
import { serveViewsCommands } from './views-commands.js';

async function world(rebuild?: () => Promise<object>) {
  const following = followerWorld();
  const bus = new InProcessBus();
  const { follower, log } = following;
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  serveViewsCommands({ follower, log, bus, logger, ...(rebuild ? { rebuild } : {}) });
  const ask = async (verb: 'status' | 'rebuild') => {
    const reply = await bus.request(gatewaySubjects.views(ACME, verb), new Uint8Array(), {
      timeoutMs: 5_000,
    });
    const code = header(reply.headers, HEADERS.errorCode);
    return { code, body: JSON.parse(new TextDecoder().decode(reply.payload)) };
  };
  return { ...following, ask };
}

describe('the status of the views', () => {
  it('says where they are, how far behind the log, and how many rows they have', async () => {
    const { log, run, stop, ask, follower } = await world();
    await appendKey(log, 'a');
    const running = run();
    await until('the views follow', () => follower.position === 1n);
    expect(await ask('status')).toEqual({
      code: undefined,
      body: { position: 'k7wq-1', lagEvents: '0', counts: { audit_event: 1, execution: 0 } },
    });
    await stop(running);
  });

  it('is UNAVAILABLE while nobody writes them, or they are away', async () => {
    const { run, stop, ask, follower, views } = await world();
    expect((await ask('status')).code).toBe('UNAVAILABLE');
    const running = run();
    await until('the views are open', () => follower.position === 0n);
    views.failure = new ViewsUnavailable('memory', 'away');
    expect((await ask('status')).code).toBe('UNAVAILABLE');
    await stop(running);
  });
});

describe('a rebuild', () => {
  it('is begun and answered at once', async () => {
    const { ask } = await world(async () => ({ rebuilding: true }));
    expect((await ask('rebuild')).body).toEqual({ rebuilding: true });
  });

  it('is UNAVAILABLE where this projector cannot, and INTERNAL where it breaks', async () => {
    expect((await (await world()).ask('rebuild')).code).toBe('UNAVAILABLE');
    const { ask } = await world(() => Promise.reject(new Error('broken')));
    expect((await ask('rebuild')).code).toBe('INTERNAL');
  });
});
