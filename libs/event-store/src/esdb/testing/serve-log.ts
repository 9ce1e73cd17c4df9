/**
 * Serves an embedded log until it is killed. Arguments: folder, port (0: a free one). Prints the port when it takes calls.
 */
import { openEmbeddedEventStore } from '../../embedded/open-embedded-event-store.js';
import { startEventLogServer } from '../../event-log-server.js';

const [folder = '', port = '0'] = process.argv.slice(2);
const store = await openEmbeddedEventStore({ folder });
const server = await startEventLogServer({ store, port: Number(port), host: '127.0.0.1' });
process.stdout.write(`${server.port}\n`);
