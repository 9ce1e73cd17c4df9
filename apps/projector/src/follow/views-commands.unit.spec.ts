import { gatewaySubjects, HEADERS, type ViewsRebuild, ViewsStatus } from '@action-do/contracts';
import { header, InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { ForeignViews, ViewsUnavailable } from '@action-do/views';
import { systemClock } from '../ports.js';
import { Rebuilds } from '../rebuild/rebuilds.js';
import { ACME, appendKey, followerWorld } from '../testing/follower-world.contract.js';
import { serveViewsCommands } from './views-commands.js';

const BY_SOMEBODY = { [HEADERS.actorType]: 'key', [HEADERS.actorId]: 'k1' };

async function world(given?: Pick<Rebuilds, 'begin' | 'status'>) {
  const following = followerWorld();
  const bus = new InProcessBus();
  const { follower, log, logger } = following;
  const rebuilds = given ?? new Rebuilds({ log, follower, clock: systemClock, logger });
  serveViewsCommands({ follower, log, bus, logger, rebuilds });
  const ask = async (verb: 'status' | 'rebuild', headers: Record<string, string> = BY_SOMEBODY) => {
    const reply = await bus.request(gatewaySubjects.views(ACME, verb), new Uint8Array(), {
      timeoutMs: 5_000,
      headers,
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
    await until('the views follow', () => follower.followed?.position === 1n);
    expect(await ask('status')).toEqual({
      code: undefined,
      body: {
        position: 'k7wq-1',
        lagEvents: '0',
        live: true,
        counts: { audit_event: 1, execution: 0 },
        rebuild: null,
      },
    });
    await stop(running);
  });

  it('says that nobody sees them yet, and then counts no rows: that would read every one', async () => {
    const { log, run, stop, ask, follower, views } = await world();
    let goOn: (replaced: boolean) => void = () => undefined;
    const indexing = new Promise<boolean>((resolve) => {
      goOn = resolve;
    });
    const counts = () => Promise.reject(new Error('counted'));
    Object.assign(views, { live: false, counts, goLive: () => indexing });
    await appendKey(log, 'a');
    const running = run();
    await until('the views follow', () => follower.followed?.position === 1n);
    expect(await ask('status')).toEqual({
      code: undefined,
      body: { position: 'k7wq-1', lagEvents: '0', live: false, rebuild: null },
    });
    goOn(false);
    await stop(running);
  });

  it('is UNAVAILABLE while nobody writes them, or they are away', async () => {
    const { run, stop, ask, follower, views } = await world();
    expect((await ask('status')).code).toBe('UNAVAILABLE');
    const running = run();
    await until('the views are open', () => follower.followed?.position === 0n);
    views.failure = new ViewsUnavailable('memory', 'away');
    expect((await ask('status')).code).toBe('UNAVAILABLE');
    await stop(running);
  });
});

describe('views that do not fit the log', () => {
  it('are UNAVAILABLE with the reason, and a rebuild builds others', async () => {
    const { log, run, stop, ask, follower, views } = await world();
    await appendKey(log, 'a');
    const running = run();
    await until('the views follow', () => follower.followed?.position === 1n);
    views.failure = new ForeignViews('memory', 'other', 'k7wq');
    await appendKey(log, 'b');
    await until('it is noticed', () => follower.misfit.reason !== null);
    const { code, body } = await ask('status');
    expect([code, body.detail]).toEqual(['UNAVAILABLE', expect.stringContaining('log other')]);
    views.failure = undefined;
    expect((await ask('rebuild')).body).toEqual({ rebuild: { state: 'running', done: '0', total: '0' } });
    await until('they follow', () => follower.followed?.position === 2n);
    await stop(running);
  });
});

describe('a rebuild', () => {
  const running = { state: 'running', done: '0', total: '7' } as const;

  it('is begun and answered at once, and the status tells of it', async () => {
    const { ask, run, stop, follower } = await world({ begin: () => running, status: running });
    const following = run();
    await until('the views are open', () => follower.followed !== null);
    expect((await ask('rebuild')).body).toEqual({ rebuild: running });
    const { body } = await ask('status');
    expect(ViewsStatus.parse(body).rebuild).toEqual(running);
    await stop(following);
  });

  it('is begun for nobody whom no gateway names: a service that tries the bus at its start asks like that', async () => {
    let begun = 0;
    const begin = () => {
      begun += 1;
      return running;
    };
    const { ask, told } = await world({ begin, status: null });
    for (const headers of [{}, { [HEADERS.actorType]: 'key' }, { [HEADERS.actorId]: 'k1' }])
      expect((await ask('rebuild', headers)).code).toBe('REQUEST_INVALID');
    expect(begun).toBe(0);
    await ask('rebuild');
    expect(begun).toBe(1);
    expect(told).toContainEqual(
      expect.objectContaining({ level: 'info', fields: { actorType: 'key', actorId: 'k1' } }),
    );
  });

  it('that ends while rows are counted is told with the generation that it replaced, as it was then', async () => {
    const rebuilds: { begin(): typeof running; status: ViewsRebuild } = {
      begin: () => running,
      status: running,
    };
    const { ask, run, stop, follower, views } = await world(rebuilds);
    const counts = views.counts.bind(views);
    Object.assign(views, {
      counts: () => {
        rebuilds.status = { ...running, state: 'done' };
        return counts();
      },
    });
    const following = run();
    await until('the views are open', () => follower.followed !== null);
    expect((await ask('status')).body.rebuild.state).toBe('running');
    expect((await ask('status')).body.rebuild.state).toBe('done');
    await stop(following);
  });

  it('is UNAVAILABLE where nobody follows or nothing can be beside, and INTERNAL where it breaks', async () => {
    const { ask, run, stop, follower } = await world();
    expect((await ask('rebuild')).code).toBe('UNAVAILABLE');
    const following = run();
    await until('the views are open', () => follower.followed !== null);
    const { code, body } = await ask('rebuild');
    expect([code, body.detail]).toEqual(['UNAVAILABLE', 'There is no place beside these views.']);
    await stop(following);
    const breaking = {
      begin: () => {
        throw new Error('broken');
      },
      status: null,
    };
    expect((await (await world(breaking)).ask('rebuild')).code).toBe('INTERNAL');
  });
});
