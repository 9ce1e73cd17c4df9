import { connect } from 'node:net';
import { canRun } from '@action-do/test-support';
import { natsServerProgram, startNatsServer } from './nats-server.js';

const takesConnections = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

suite('a nats-server of a test', () => {
  it('listens on loopback once it is started, and is gone when stopped or killed', async () => {
    const first = await startNatsServer();
    expect(await takesConnections(first.port)).toBe(true);
    await first.kill();
    await first.exited;
    expect(await takesConnections(first.port)).toBe(false);
    const second = await startNatsServer({ port: first.port, jetStream: true });
    expect(second.port).toBe(first.port);
    expect(await takesConnections(first.port)).toBe(true);
    await second.stop();
    expect(await takesConnections(first.port)).toBe(false);
    await first.stop();
  });

  it('says why it could not be started', async () => {
    await expect(startNatsServer({ config: 'no such thing {' })).rejects.toThrow(/ended by itself/);
  });
});
