import { join } from 'node:path';
import { openEmbeddedEventStore, startEventLogServer } from '@action-do/event-store';

/** The log of a data folder, served to any number of processes, with the variables of apps/event-log. */
const { DO_DATA_DIR: dataDir = '', DO_EVENT_LOG_PORT: port = '0' } = process.env;
const store = await openEmbeddedEventStore({ folder: join(dataDir, 'log') });
const server = await startEventLogServer({ store, host: '127.0.0.1', port: Number(port) });
process.on(
  'SIGTERM',
  () =>
    void server
      .close()
      .then(() => store.close())
      .then(() => process.exit(0)),
);
process.stdout.write(`action.do event-log ready at esdb://127.0.0.1:${server.port}?tls=false\n`);
