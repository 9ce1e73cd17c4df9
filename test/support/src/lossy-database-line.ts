import { connect, createServer, type Socket } from 'node:net';

/** The way to a PostgreSQL server, on which answers get lost. */
export interface LossyDatabaseLine {
  /** Of the same database, by this way. */
  readonly url: string;
  /** The next COMMIT arrives, and when the server has answered it both sides are cut off instead of hearing of it. */
  loseNextCommit(): void;
  stop(): Promise<void>;
}

/** As a simple query has it on the wire: the text, and a zero byte. */
const COMMIT = Buffer.from('commit\0');

export async function lossyDatabaseLine(databaseUrl: string): Promise<LossyDatabaseLine> {
  const { hostname, port } = new URL(databaseUrl);
  let losesNext = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    const cut = (): void => {
      client.destroy();
      database.destroy();
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.once('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    let lost = false;
    client.on('data', (chunk) => {
      if (losesNext && chunk.includes(COMMIT)) {
        losesNext = false;
        lost = true;
      }
      database.write(chunk);
    });
    database.on('data', (chunk) => {
      if (lost) cut();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  const url = new URL(databaseUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    loseNextCommit: () => {
      losesNext = true;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
