/** Measures one log as a user of the port sees it. Arguments: url, what to measure, how many, and for appends how long. */
import { openEventStore } from '@action-do/event-store';
import type { LagAndStreams } from './log-report.js';
import { measureAppends } from './measure-appends.js';
import { measureLag } from './measure-lag.js';
import { measureReplay, measureStreams } from './measure-reads.js';

const [url = '', what = '', count = '1', durationMs = '1000'] = process.argv.slice(2);
const store = await openEventStore(url);
const measurements = {
  appends: () => measureAppends(store, Number(count), Number(durationMs)),
  reads: async (): Promise<LagAndStreams> => ({
    lag: await measureLag(store, Number(count)),
    streams: await measureStreams(store),
  }),
  replay: () => measureReplay(store),
};
const measure = Object.entries(measurements).find(([name]) => name === what)?.[1];
if (measure === undefined) throw new Error(`there is no measurement ${what}`);
const result = await measure();
await store.close();
process.send?.(result);
process.disconnect();
