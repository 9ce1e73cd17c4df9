import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  jsonEvent,
  type Position,
  type StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';
import { connectTo, event, events, someStream } from './testing/official-client.js';
import { type ServedLog, serveLog } from './testing/served-log.js';

let served: ServedLog;
let client: EventStoreDBClient;
const open: (AllStreamSubscription | StreamSubscription)[] = [];
beforeEach(async () => {
  served = await serveLog();
  client = connectTo(served.server.port);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((subscription) => subscription.unsubscribe()));
  await client.dispose();
  await served.dispose();
  expect(served.errors).toEqual([]);
});

/** Notes in order whatever a subscription says, and lets a test wait for it. */
class Followed {
  readonly notes: string[] = [];
  #look: () => void = () => undefined;

  constructor(
    readonly subscription: AllStreamSubscription | StreamSubscription,
    name: (revision: bigint, type: string) => string = (revision) => String(revision),
  ) {
    open.push(subscription);
    subscription.on('confirmation', () => this.note('confirmed'));
    subscription.on('caughtUp', () => this.note('caught up'));
    subscription.on('error', (error: Error & { type?: string }) => this.note(`error ${error.type}`));
    subscription.on('data', ({ event: read }) =>
      this.note(read ? name(read.revision, read.type) : 'no event'),
    );
  }

  note(what: string): void {
    this.notes.push(what);
    this.#look();
  }

  until(condition: (notes: readonly string[]) => boolean): Promise<readonly string[]> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (condition(this.notes)) resolve(this.notes);
      };
      this.#look();
    });
  }
}

const has = (what: string) => (notes: readonly string[]) => notes.includes(what);

describe('a subscription to a stream', () => {
  it.each<[string, 'start' | 'end' | bigint, string[]]>([
    ['from the start brings all', 'start', ['0', '1', '2']],
    ['from a revision brings what is behind it', 1n, ['2']],
    ['from the end brings only what comes', 'end', []],
    ['from beyond the end brings only what comes there', 10n, []],
  ])('%s, confirmed first, caught up then', async (_, fromRevision, before) => {
    const stream = someStream();
    await client.appendToStream(stream, events(3));
    const followed = new Followed(client.subscribeToStream(stream, { fromRevision }));
    expect(await followed.until(has('caught up'))).toEqual(['confirmed', ...before, 'caught up']);
    await client.appendToStream(stream, events(8));
    const next = fromRevision === 10n ? [] : ['3', '4', '5', '6', '7', '8', '9', '10'];
    if (fromRevision === 10n) await client.appendToStream(stream, events(1));
    const last = fromRevision === 10n ? '11' : '10';
    expect((await followed.until(has(last))).slice(2 + before.length)).toEqual(
      fromRevision === 10n ? ['11'] : next,
    );
  });

  it('that is missing waits for it', async () => {
    const stream = someStream();
    const followed = new Followed(client.subscribeToStream(stream));
    await followed.until(has('caught up'));
    await client.appendToStream(stream, events(1));
    expect(await followed.until(has('0'))).toEqual(['confirmed', 'caught up', '0']);
  });

  it('goes on when it is deleted and begun anew', async () => {
    const stream = someStream();
    await client.appendToStream(stream, events(2));
    const followed = new Followed(client.subscribeToStream(stream));
    await followed.until(has('caught up'));
    await client.deleteStream(stream);
    await client.appendToStream(stream, events(1));
    expect(await followed.until(has('2'))).toEqual(['confirmed', '0', '1', 'caught up', '2']);
    const opened = new Followed(client.subscribeToStream(stream));
    expect(await opened.until(has('caught up'))).toEqual(['confirmed', '2', 'caught up']);
  });

  it('opened on a deleted one goes on when that is begun anew', async () => {
    const stream = someStream();
    await client.appendToStream(stream, events(2));
    await client.deleteStream(stream);
    const followed = new Followed(client.subscribeToStream(stream));
    await followed.until(has('caught up'));
    await client.appendToStream(stream, events(1));
    expect(await followed.until(has('2'))).toEqual(['confirmed', 'caught up', '2']);
  });

  it('brings the tombstone, then fails as deleted', async () => {
    const stream = someStream();
    await client.appendToStream(stream, events(1));
    const followed = new Followed(client.subscribeToStream(stream));
    await followed.until(has('caught up'));
    await client.tombstoneStream(stream);
    expect((await followed.until(has('error stream-deleted'))).slice(-2)).toEqual([
      '9223372036854775807',
      'error stream-deleted',
    ]);
  });

  it('follows links where asked', async () => {
    const stream = someStream();
    await client.appendToStream(stream, [jsonEvent({ type: 'Target', data: {} })]);
    const links = someStream();
    const followed = new Followed(
      client.subscribeToStream(links, { resolveLinkTos: true }),
      (_, type) => type,
    );
    await followed.until(has('caught up'));
    await client.appendToStream(links, [{ ...event(), type: '$>', data: `0@${stream}` as never }]);
    expect((await followed.until((notes) => notes.length === 3))[2]).toBe('$>');
  });
});

describe('a subscription to the whole log', () => {
  it('from a position begins behind it, and is caught up once, whatever comes', async () => {
    const stream = someStream();
    const { position } = await client.appendToStream(stream, events(1));
    await client.appendToStream(stream, events(1));
    const followed = new Followed(client.subscribeToAll({ fromPosition: position as Position }));
    expect(await followed.until(has('caught up'))).toEqual(['confirmed', '1', 'caught up']);
    const burst = events(500);
    await Promise.all(burst.map((each) => client.appendToStream(stream, [each])));
    const notes = await followed.until(has('501'));
    expect(notes.slice(3)).toEqual(burst.map((_, index) => String(index + 2)));
  });

  it('from the end brings only what comes', async () => {
    await client.appendToStream(someStream(), events(2));
    const followed = new Followed(client.subscribeToAll({ fromPosition: 'end' }));
    await followed.until(has('caught up'));
    await client.appendToStream(someStream(), [jsonEvent({ type: 'New', data: {} })]);
    expect(await followed.until((notes) => notes.length === 3)).toEqual(['confirmed', 'caught up', '0']);
  });

  it.each<[string, Position]>([
    ['beyond the end', { commit: 1_000n, prepare: 1_000n }],
    ['whose halves differ', { commit: 1n, prepare: 0n }],
  ])(
    'from a position that is no event of this log (%s) is confirmed, then refused',
    async (_, fromPosition) => {
      await client.appendToStream(someStream(), events(3));
      const followed = new Followed(client.subscribeToAll({ fromPosition }));
      expect(await followed.until((notes) => notes.length === 2)).toEqual(['confirmed', 'error unknown']);
    },
  );

  it('sees what settings hide, deletes and tombstones, as events like any other', async () => {
    const stream = someStream();
    await client.appendToStream(stream, [jsonEvent({ type: 'One', data: {} })]);
    await client.deleteStream(stream);
    await client.appendToStream(stream, [jsonEvent({ type: 'Two', data: {} })]);
    await client.tombstoneStream(stream);
    const followed = new Followed(client.subscribeToAll(), (_, type) => type);
    expect(await followed.until(has('caught up'))).toEqual([
      'confirmed',
      'One',
      '$metadata',
      'Two',
      '$metadata',
      '$streamDeleted',
      'caught up',
    ]);
  });
});

describe('a filter', () => {
  const types = (notes: readonly string[]) => notes.filter((note) => /^[A-Z$]/.test(note));

  beforeEach(async () => {
    await client.appendToStream('orders-1', [jsonEvent({ type: 'Placed', data: {} })]);
    await client.setStreamMetadata('orders-1', { cacheControl: 1 });
    await client.appendToStream('orders-2', [jsonEvent({ type: 'Paid', data: {} })]);
    await client.appendToStream('stock-1', [jsonEvent({ type: 'Moved', data: {} })]);
  });

  it.each([
    ['by prefix of the stream', streamNameFilter({ prefixes: ['orders-', 'none-'] }), ['Placed', 'Paid']],
    [
      'by regular expression on the stream',
      streamNameFilter({ regex: '^.*-1$' }),
      ['Placed', '$metadata', 'Moved'],
    ],
    ['by prefix of the type', eventTypeFilter({ prefixes: ['P', 'M'] }), ['Placed', 'Paid', 'Moved']],
    ['by regular expression on the type', eventTypeFilter({ regex: 'a.*d$' }), ['Placed', 'Paid']],
    ['that leaves out system events', excludeSystemEvents(), ['Placed', 'Paid', 'Moved']],
  ])('%s lets through what fits, before and after being caught up', async (_, filter, expected) => {
    const followed = new Followed(client.subscribeToAll({ filter }), (_revision, type) => type);
    expect(types(await followed.until(has('caught up')))).toEqual(expected);
    await client.appendToStream('orders-3', [jsonEvent({ type: 'Padded', data: {} })]);
    await client.appendToStream('orders-1', [jsonEvent({ type: 'Padded', data: {} })]);
    const more = await followed.until((notes) => notes.at(-1) === 'Padded');
    expect(types(more).slice(0, expected.length)).toEqual(expected);
  });

  it('that is no regular expression is an unknown error', async () => {
    const followed = new Followed(client.subscribeToAll({ filter: streamNameFilter({ regex: '(' }) }));
    expect(await followed.until((notes) => notes.some((note) => note.startsWith('error')))).toContain(
      'error unknown',
    );
  });

  it('that would take for ever is refused, and the server goes on', async () => {
    await client.appendToStream(`${'a'.repeat(40)}!`, events(1));
    const followed = new Followed(client.subscribeToAll({ filter: streamNameFilter({ regex: '^(a+)+$' }) }));
    await followed.until((notes) => notes.some((note) => note.startsWith('error')));
    await client.appendToStream('orders-1', events(1));
  });
});

describe('checkpoints', () => {
  const noted =
    (checkpoints: bigint[]) =>
    async (_: unknown, { commit, prepare }: Position) => {
      expect(commit).toBe(prepare);
      checkpoints.push(commit);
    };

  it('live, come at every 32nd event that was considered, wanted or not', async () => {
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({ prefixes: ['wanted-'], checkpointReached: noted(checkpoints) });
    const followed = new Followed(client.subscribeToAll({ fromPosition: 'end', filter }));
    await followed.until(has('caught up'));
    await client.appendToStream('other-1', events(99));
    await client.appendToStream('wanted-1', events(1));
    await followed.until(has('0'));
    expect(checkpoints).toEqual([32n, 64n, 96n]);
  });

  it('live, come at every window times multiplier', async () => {
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: ['wanted-'],
      maxSearchWindow: 10,
      checkpointInterval: 3,
      checkpointReached: noted(checkpoints),
    });
    const followed = new Followed(client.subscribeToAll({ fromPosition: 'end', filter }));
    await followed.until(has('caught up'));
    await client.appendToStream('other-1', events(70));
    await client.appendToStream('wanted-1', events(1));
    await followed.until(has('0'));
    expect(checkpoints).toEqual([30n, 60n]);
  });

  it('catching up, come once a window: at its last wanted event, else at its first; none more before being caught up', async () => {
    await client.appendToStream('other-1', events(5));
    await client.appendToStream('wanted-1', events(2));
    await client.appendToStream('other-2', events(28));
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: ['wanted-'],
      maxSearchWindow: 10,
      checkpointReached: noted(checkpoints),
    });
    const followed = new Followed(client.subscribeToAll({ filter }));
    await followed.until(has('caught up'));
    expect(checkpoints).toEqual([7n, 11n, 21n]);
  });

  it('are places to go on from: nothing is missed, nothing comes twice', async () => {
    for (let round = 0; round < 20; round += 1) {
      await client.appendToStream('other-1', events(7));
      await client.appendToStream('wanted-1', events(1));
    }
    const checkpoints: bigint[] = [];
    const wanted = { prefixes: ['wanted-'], maxSearchWindow: 10 };
    const first = new Followed(
      client.subscribeToAll({
        filter: streamNameFilter({ ...wanted, checkpointReached: noted(checkpoints) }),
      }),
    );
    await first.until(has('caught up'));
    for (const commit of checkpoints) {
      const from = new Followed(
        client.subscribeToAll({
          fromPosition: { commit, prepare: commit },
          filter: streamNameFilter(wanted),
        }),
      );
      const notes = await from.until(has('caught up'));
      const before = Math.floor(Number(commit) / 8);
      expect(notes).toEqual([
        'confirmed',
        ...Array.from({ length: 20 - before }, (_, index) => String(before + index)),
        'caught up',
      ]);
    }
  });
});
