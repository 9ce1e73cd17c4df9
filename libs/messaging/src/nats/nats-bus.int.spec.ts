import { canRun, type NatsServer, natsServerProgram, startNatsServer } from '@action-do/test-support';
import { describeBus } from '../bus.contract.js';
import { connectNats } from './connect-nats.js';

// Skipped: only where there is no nats-server.
const suite = canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip;

suite('over a real server', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await startNatsServer();
  });
  afterAll(() => server.stop());

  const connectOne = (name: string) =>
    connectNats({ url: server.url, name, insecureDev: true, onHandlerError: () => undefined });

  describeBus('two connections to NATS', () => Promise.all([connectOne('one'), connectOne('two')]));

  describeBus('one connection to NATS', async () => {
    const bus = await connectOne('both');
    return [bus, bus];
  });
});
