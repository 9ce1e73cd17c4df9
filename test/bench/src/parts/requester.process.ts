/** Asks on the bus and does nothing else. Arguments: address of the server, how many at once, for how long in milliseconds. */
import { setTimeout as delay } from 'node:timers/promises';
import { connectNats, NoResponder } from '@action-do/messaging';
import { runClosedLoop, WARM_UP_MS } from '../closed-loop.js';
import { REQUEST, SUBJECT } from './bus-message.js';

const TIMEOUT_MS = 20_000;
const LOOK_EVERY_MS = 10;
const LOOKS_MAX = 500;

const [url = '', concurrency = '1', durationMs = '1000'] = process.argv.slice(2);
const bus = await connectNats({ url, name: 'bench requester', insecureDev: true });
await responderIsThere(LOOKS_MAX);
const figures = await runClosedLoop(
  { concurrency: Number(concurrency), durationMs: Number(durationMs), warmUpMs: WARM_UP_MS },
  ask,
);
await bus.close();
process.send?.(figures);
process.disconnect();

async function ask(): Promise<void> {
  await bus.request(SUBJECT, REQUEST.payload, { headers: REQUEST.headers, timeoutMs: TIMEOUT_MS });
}

/** The server may read of it after it was said. */
async function responderIsThere(looks: number): Promise<void> {
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof NoResponder) || looks === 0) throw error;
    await delay(LOOK_EVERY_MS);
    await responderIsThere(looks - 1);
  }
}
