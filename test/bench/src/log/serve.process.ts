/** Serves a log until it is told to end. Argument: folder. Sends the port. */
import { openEmbeddedEventStore, startEventLogServer } from '@action-do/event-store';

const [folder = ''] = process.argv.slice(2);
const store = await openEmbeddedEventStore({ folder });
const server = await startEventLogServer({ store, port: 0, host: '127.0.0.1' });
process.send?.(server.port);
process.once('disconnect', () => {
  void server.close().then(() => store.close());
});
