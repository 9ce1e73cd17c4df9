/** Measures one log as a user of the port sees it. Arguments: url, what to measure, and for appends how many at once and how long. */
import { openEventStore } from '@action-do/event-store';
import { measureAppends } from './measure-appends.js';
import { measureLag } from './measure-lag.js';
import { measureReplay, measureStreams } from './measure-reads.js';

const [url = '', what = '', concurrency = '1', durationMs = '1000'] = process.argv.slice(2);
const store = await openEventStore(url);
const measurements = {
  appends: () => measureAppends(store, Number(concurrency), Number(durationMs)),
  lag: () => measureLag(store),
  streams: () => measureStreams(store),
  replay: () => measureReplay(store),
};
const measure = Object.entries(measurements).find(([name]) => name === what)?.[1];
if (measure === undefined) throw new Error(`there is no measurement ${what}`);
const result = await measure();
await store.close();
process.send?.(result);
process.disconnect();
