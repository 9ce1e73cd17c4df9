import { OwnServers } from './own-servers.js';

function server() {
  let exit: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => {
    exit = resolve;
  });
  return { exited, exit, stop: async () => exit() };
}

describe('the servers of the stack', () => {
  it('tell when one of them ends by itself', async () => {
    const servers = new OwnServers();
    const dies = server();
    servers.keep('PostgreSQL', server());
    servers.keep('nats-server', dies);
    dies.exit();
    expect(await servers.died).toBe('nats-server ended by itself');
  });

  it('tell nothing when they are ended, all of them', async () => {
    const servers = new OwnServers();
    const both = [server(), server()];
    for (const each of both) servers.keep('one', each);
    let told = false;
    void servers.died.then(() => {
      told = true;
    });
    await servers.end();
    await Promise.all(both.map(({ exited }) => exited));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(false);
  });
});
