import { once } from 'node:events';
import { connect } from 'node:net';
import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import fc from 'fast-check';
import { connectTo, events, readAllOf } from './testing/official-client.js';
import { rawClient, readOptions, readRequest, untilEnd } from './testing/raw-client.js';
import { type ServedLog, serveLog } from './testing/served-log.js';

const RUNS = 300;

let served: ServedLog;
let client: Client;
beforeAll(async () => {
  served = await serveLog({ protectedPrefixes: ['action-'] });
  client = new Client(`127.0.0.1:${served.server.port}`, credentials.createInsecure());
  const seeds = connectTo(served.server.port);
  await seeds.appendToStream('a', events(3));
  await seeds.dispose();
});
afterAll(async () => {
  client.close();
  const user = connectTo(served.server.port);
  await user.appendToStream('after all', events(1));
  expect(await readAllOf(user.readStream('after all'))).toHaveLength(1);
  await user.dispose();
  expect(served.errors).toEqual([]);
  await served.dispose();
});

const same = (bytes: Buffer) => bytes;
const paths = ['BatchAppend', 'Append', 'Read', 'Delete', 'Tombstone'].map(
  (method) => `/event_store.client.streams.Streams/${method}`,
);

/** Messages that are almost right: field numbers as ours have them, nested, with anything in them. */
const { message } = fc.letrec<{ message: Buffer; field: Buffer }>((tie) => ({
  message: fc.array(tie('field'), { maxLength: 6 }).map((fields) => Buffer.concat(fields)),
  field: fc.oneof(
    { depthSize: 'medium' },
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 127 }))
      .map(([number, value]) => Buffer.from([number << 3, value])),
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.uint8Array({ maxLength: 40 }))
      .map(([number, bytes]) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])),
    fc.tuple(fc.integer({ min: 1, max: 12 }), tie('message')).map(([number, inner]) => {
      const short = inner.subarray(0, 127);
      return Buffer.concat([Buffer.from([(number << 3) | 2, short.length]), short]);
    }),
  ),
}));
const anything = fc.oneof(
  message,
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

it('whatever is sent to whichever call, it is answered, and the server goes on', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(anything, { maxLength: 4 }),
      async (path, messages) => {
        const call = client.makeBidiStreamRequest(path, same, same, { deadline: Date.now() + 20_000 });
        const ended = new Promise<ServiceError | undefined>((resolve) => {
          let answers = 0;
          call.on('data', () => {
            answers += 1;
            // A subscription would go on: it has shown that it lives.
            if (answers > 10) call.cancel();
          });
          call.on('error', resolve);
          call.on('end', () => resolve(undefined));
        });
        for (const each of messages) call.write(each);
        call.end();
        const followsForEver = setTimeout(() => call.cancel(), 100);
        await ended;
        clearTimeout(followsForEver);
      },
    ),
    { numRuns: RUNS },
  );
});

it('what is no HTTP/2 at all ends its own connection only', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), async (bytes, greets) => {
      const socket = connect(served.server.port, '127.0.0.1');
      await once(socket, 'connect');
      const closed = once(socket, 'close');
      socket.on('error', () => undefined);
      socket.resume();
      const preface = greets ? Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n') : Buffer.alloc(0);
      socket.end(Buffer.concat([preface, bytes]));
      await closed;
    }),
    { numRuns: 50 },
  );
  const raw = rawClient(served.server.port);
  expect((await untilEnd(raw.read(readRequest(readOptions('a'))))).error).toBeUndefined();
  raw.close();
});
