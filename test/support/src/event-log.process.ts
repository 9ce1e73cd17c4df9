import { openEmbeddedEventStore, startEventLogServer } from '@action-do/event-store';

/** The log of a folder, served to any number of processes: `node event-log.process.js <folder> <port>`. */
const [folder = '', port = '0'] = process.argv.slice(2);
const store = await openEmbeddedEventStore({ folder });
const server = await startEventLogServer({ store, host: '127.0.0.1', port: Number(port) });
process.on('SIGTERM', () => void server.close().then(() => store.close()).then(() => process.exit(0)));
process.stdout.write(`event log ready at esdb://127.0.0.1:${server.port}?tls=false\n`);
