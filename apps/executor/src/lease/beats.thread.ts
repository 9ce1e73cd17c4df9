/**
 * Beats for the executor of this process, by a connection of its own, while its event loop stands still. What it cannot
 * do ends it with an error, which its supervisor tells; the executor beats itself meanwhile.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { connectNats } from '@action-do/messaging';
import { BEATS, type BeatThreadData, type BeatThreadTrouble, TURNS } from './beat-thread-data.js';
import { TurnsSeen } from './turns-seen.js';

const port = parentPort;
if (port === null) throw new Error('this file runs as a thread of an executor');
const { bus: server, name, subject, beat, everyMs, stallMs, counters }: BeatThreadData = workerData;
const counts = new Int32Array(counters);

// The one thing that a thread is told is to end. Listened for from the start, so that nothing can come before.
const told = new Promise((resolve) => port.once('message', resolve));
const bus = await connectNats({
  ...server,
  name,
  onHandlerError: (error) => port.postMessage({ trouble: String(error) } satisfies BeatThreadTrouble),
});
const seen = new TurnsSeen(stallMs, Atomics.load(counts, TURNS), performance.now());
const timer = setInterval(() => {
  const turns = Atomics.load(counts, TURNS);
  if (!seen.look(turns, performance.now()) || !bus.isConnected) return;
  bus.publish(subject, beat);
  Atomics.add(counts, BEATS, 1);
}, everyMs);

await told;
clearInterval(timer);
// Until the server has read all of it: after this the executor says that it is over.
await bus.drain();
port.close();
