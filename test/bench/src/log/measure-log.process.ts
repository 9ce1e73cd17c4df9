/** Measures one log as a user of the port sees it. Arguments: url, what to measure, and up to three numbers that are of it. */
import { openEventStore } from '@action-do/event-store';
import type { LoopPlan } from '../closed-loop.js';
import type { Lagged } from './log-report.js';
import { measureAppends } from './measure-appends.js';
import { measureExecutions } from './measure-executions.js';
import { appendSteadily, followLag, laggedOf } from './measure-lag.js';
import { measureReplay } from './measure-replay.js';
import { measureStreams } from './measure-streams.js';

const [url = '', what = '', first = '1', second = '1000', third = '0'] = process.argv.slice(2);
const store = await openEventStore(url);
const plan = (): LoopPlan => ({
  concurrency: Number(first),
  durationMs: Number(second),
  warmUpMs: Number(third),
});
const measurements = {
  appends: () => measureAppends(store, plan()),
  executions: () => measureExecutions(store, plan()),
  /** Of a log that only one process can open: subscriber and appender share it. */
  lag: async (): Promise<Lagged> => {
    const delivered = followLag(store, Number(first));
    return laggedOf(await appendSteadily(store, Number(first)), await delivered);
  },
  'lag follower': () => followLag(store, Number(first)),
  'lag appender': () => appendSteadily(store, Number(first)),
  streams: () => measureStreams(store),
  replay: () => measureReplay(store, Number(first), Number(second)),
};
const measure = Object.entries(measurements).find(([name]) => name === what)?.[1];
if (measure === undefined) throw new Error(`there is no measurement ${what}`);
const result = await measure();
await store.close();
process.send?.(result);
process.disconnect();
