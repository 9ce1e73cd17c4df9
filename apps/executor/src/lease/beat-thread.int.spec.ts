import { Beat, systemSubjects } from '@action-do/contracts';
import { connectNats, type NatsBus } from '@action-do/messaging';
import { canRun, type NatsServer, natsServerProgram, startNatsServer, until } from '@action-do/test-support';
import { BeatThread } from './beat-thread.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

/** Threads run what was built: Node does not load our sources. */
const BUNDLED = new URL('../../../../dist/', import.meta.url);
const LEASE_MS = 300;
const BEAT_MS = LEASE_MS / 3;
const PATIENCE_MS = 30_000;

/** As an action that computes for long. */
function blockFor(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

suite('the thread that beats for an executor', () => {
  let server: NatsServer;
  let bus: NatsBus;
  let beats: Beat[];
  let told: string[];
  let thread: BeatThread;
  let turning: NodeJS.Timeout | undefined;

  const threadWith = (stallMs: number): BeatThread => {
    told = [];
    const tell = (_fields: object, message: string): void => void told.push(message);
    return new BeatThread({
      bus: { url: server.url, inbox: '_INBOX.executor', insecureDev: true },
      logger: { debug() {}, info() {}, warn: tell, error: tell },
      name: 'e1',
      leaseMs: LEASE_MS,
      stallMs,
      folder: BUNDLED,
    });
  };
  /** Turns as an executor does. */
  const turn = (): void => {
    turning = setInterval(() => thread.turn(), BEAT_MS);
  };
  /** What was sent meanwhile has come by the time that a message of our own comes back. */
  const arrived = async (): Promise<number> => {
    const before = beats.length;
    bus.publish(systemSubjects.beat, new TextEncoder().encode('{"executor":"echo","leaseMs":1000}'));
    await until('our own comes back', () => beats.slice(before).some(({ executor }) => executor === 'echo'));
    return beats.length - before - 1;
  };

  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    beats = [];
    bus = await connectNats({ url: server.url, name: 'listener', insecureDev: true });
    bus.subscribe(
      systemSubjects.beat,
      ({ payload }) => void beats.push(Beat.parse(JSON.parse(new TextDecoder().decode(payload)))),
    );
  });
  afterEach(async () => {
    clearInterval(turning);
    await thread.stop();
    await bus.close();
  });

  it('beats while the event loop of the executor is blocked for longer than a lease', async () => {
    thread = threadWith(60_000);
    thread.start();
    turn();
    await until('it beats', () => beats.length > 0, PATIENCE_MS);
    await arrived();
    blockFor(4 * LEASE_MS);
    // Twelve on an idle machine; one a lease is what the executor needs.
    expect(await arrived()).toBeGreaterThanOrEqual(4);
    expect([beats[0], told]).toEqual([{ executor: 'e1', leaseMs: LEASE_MS }, []]);
  });

  it('falls silent where that event loop stands still beyond the bound, and beats again when it turns', async () => {
    thread = threadWith(2 * LEASE_MS);
    thread.start();
    turn();
    await until('it beats', () => beats.length > 0, PATIENCE_MS);
    clearInterval(turning);
    await arrived();
    blockFor(4 * LEASE_MS);
    // Six within the bound, and one for where in its third of a lease it looks; of twelve.
    expect(await arrived()).toBeLessThanOrEqual(7);
    blockFor(LEASE_MS);
    expect(await arrived()).toBe(0);
    turn();
    const before = beats.length;
    await until('it beats again', () => beats.length > before, PATIENCE_MS);
  });

  it('has sent nothing after it was stopped: the word of the executor that it is over comes last', async () => {
    thread = threadWith(60_000);
    thread.start();
    turn();
    await until('it beats', () => beats.length > 2, PATIENCE_MS);
    await thread.stop();
    await arrived();
    const { length } = beats;
    blockFor(2 * LEASE_MS);
    await arrived();
    expect([beats.slice(length - 1).map(({ executor }) => executor), told]).toEqual([['echo', 'echo'], []]);
  });

  it('tells the executor that it does not beat where it cannot, with a warning, and is begun again', async () => {
    const { port } = server;
    await server.kill();
    thread = threadWith(60_000);
    thread.start();
    await until('it has died', () => told.length > 0, PATIENCE_MS);
    expect([thread.turn(), told[0]]).toEqual([
      false,
      'a thread died and is begun again; meanwhile the executor beats itself, and an action that blocks its event loop loses the lease',
    ]);
    server = await startNatsServer({ port });
    await until('it beats', () => thread.turn(), PATIENCE_MS);
  });

  it('does not say that it beats while its connection is away', async () => {
    const { port } = server;
    thread = threadWith(60_000);
    thread.start();
    await until('it beats', () => thread.turn(), PATIENCE_MS);
    await server.kill();
    await until('it knows that nobody hears it', () => {
      thread.turn();
      blockFor(2 * LEASE_MS);
      return !thread.turn();
    });
    server = await startNatsServer({ port });
    await until('it beats', () => thread.turn(), PATIENCE_MS);
    expect(told).toEqual([]);
  });
});
