import { once } from 'node:events';
import { type ClientHttp2Session, connect as http2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { until } from '@action-do/test-support';
import type { AllStreamSubscription } from '@eventstore/db-client';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import { endedLogs } from './testing/ended-logs.contract.js';
import { events, waysToAppend } from './testing/official-client.js';
import { rawClient, readOptions, readRequest, untilEnd } from './testing/raw-client.js';

const { ends, opened, connected } = endedLogs();

describe('a connection', () => {
  it('beyond the bound is closed at once, and taken again when another has gone', async () => {
    const { server } = await opened({}, { connectionsMax: 2 });
    const connect = async () => {
      const session = http2(`http://127.0.0.1:${server.port}`);
      session.on('error', () => undefined);
      await once(session, 'connect');
      return session;
    };
    const isServed = async (session: ClientHttp2Session) =>
      pingedOnce(session).then(
        () => true,
        () => false,
      );
    const [first, second] = [await connect(), await connect()];
    expect(await Promise.all([isServed(first), isServed(second)])).toEqual([true, true]);
    const third = await connect();
    expect(await isServed(third)).toBe(false);
    first.close();
    await until('there is a place again', async () => {
      const next = await connect();
      const served = await isServed(next);
      next.destroy();
      return served;
    });
    second.close();
  });

  it('may ping as often as it likes', async () => {
    const { server } = await opened();
    const session = http2(`http://127.0.0.1:${server.port}`);
    await once(session, 'connect');
    const pinged = Array.from({ length: 5 }, () => pingedOnce(session));
    await Promise.all(pinged);
    for (let each = 0; each < 50; each += 1) await pingedOnce(session);
    expect(session.destroyed).toBe(false);
    session.close();
  });

  it('that answers no ping is dropped, and what it follows with it; one that answers goes on', async () => {
    const { server } = await opened({}, { keepaliveMs: 1_000 });
    const line = await openLine(server.port);
    const [dead, alive] = [await followed(line.port), await followed(server.port)];
    const session = http2(`http://127.0.0.1:${server.port}`);
    let pings = 0;
    session.on('ping', () => {
      pings += 1;
    });
    dead.on('error', () => undefined);
    expect(server.counts.openSubscriptions).toBe(2);
    line.freeze();
    await until('the dead one is dropped', () => server.counts.openSubscriptions === 1);
    const seen = pings;
    await until('the others were pinged again', () => pings > seen);
    expect([session.destroyed, server.counts.openSubscriptions]).toEqual([false, 1]);
    session.close();
    await alive.unsubscribe();
  });

  it('that sends a message over 17 MiB is told so, and goes on', async () => {
    const { server } = await opened();
    const client = connected(`esdb://127.0.0.1:${server.port}?tls=false`);
    const huge = { ...events(1)[0]!, metadata: { text: 'x'.repeat(18 * 1024 * 1024) } };
    await expect(client.appendToStream('s', huge, waysToAppend[1]?.[1])).rejects.toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
    });
    await client.appendToStream('s', events(1), { expectedRevision: 'no_stream' });
  });

  it('may have as many subscriptions as there are places, with the others; the next is refused', async () => {
    const { server } = await opened({}, { readsMax: 8 });
    const clients = [rawClient(server.port), rawClient(server.port)];
    const follow = readOptions();
    follow.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
    const calls = Array.from({ length: 8 }, (_, index) => clients[index % 2]?.read(readRequest(follow)));
    for (const call of calls) call?.on('error', () => undefined).resume();
    await until('all places are taken', () => server.counts.openSubscriptions === 8);
    const next = await untilEnd(clients[0]!.read(readRequest(readOptions())));
    expect(next.error?.code).toBe(status.RESOURCE_EXHAUSTED);
    for (const call of calls) call?.cancel();
    await until('they are free again', () => server.counts.openSubscriptions === 0);
    expect((await untilEnd(clients[0]!.read(readRequest(readOptions())))).error).toBeUndefined();
    for (const client of clients) client.close();
  });
});

/** A subscription of a client of its own, once it is open. */
async function followed(port: number): Promise<AllStreamSubscription> {
  const subscription = connected(`esdb://127.0.0.1:${port}?tls=false`).subscribeToAll();
  await new Promise((resolve) => subscription.on('caughtUp', () => resolve(undefined)).resume());
  return subscription;
}

const pingedOnce = (session: ClientHttp2Session): Promise<void> =>
  new Promise((resolve, reject) => {
    session.ping((error) => (error ? reject(error) : resolve()));
  });

/** A way to the server that can be cut without either side hearing of it. */
async function openLine(to: number): Promise<{ readonly port: number; freeze(): void }> {
  const sockets: Socket[] = [];
  const line = createServer((near) => {
    const far = connect(to, '127.0.0.1');
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    near.pipe(far);
    far.pipe(near);
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    line.close();
  });
  const address = line.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}
