/** Answers on the bus and does nothing else, until it is told to end. Argument: address of the server. */
import { EXECUTOR_QUEUE } from '@action-do/contracts';
import { connectNats } from '@action-do/messaging';
import { ANSWER, SUBJECT } from './bus-message.js';

const [url = ''] = process.argv.slice(2);
const bus = await connectNats({ url, name: 'bench responder', insecureDev: true });
bus.subscribe(SUBJECT, (message) => message.respond(ANSWER.payload, ANSWER.headers), {
  queue: EXECUTOR_QUEUE,
});
process.send?.('ready');
process.once('disconnect', () => void bus.close());
