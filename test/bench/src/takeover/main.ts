import { benchMain } from '../bench-main.js';
import { percentile } from '../percentile.js';
import { textTable } from '../text-table.js';
import { runTakeoverBench } from './run-takeover-bench.js';
import { readTakeoverArguments, USAGE } from './takeover-arguments.js';

const row = (name: string, values: readonly number[]): string[] => {
  const at = (share: number) => String(percentile([...values], share));
  return [name, String(values.length), at(0.5), at(0.9), at(0.99), String(Math.max(...values))];
};

await benchMain({
  usage: USAGE,
  read: readTakeoverArguments,
  run: runTakeoverBench,
  text: ({ leaseMs, afterKill, afterStop }) =>
    textTable(
      ['ms until the first takeover begins', 'times', 'p50', 'p90', 'p99', 'max'],
      [row(`kill -9, lease ${leaseMs} ms`, afterKill), row('stopped with an attempt left', afterStop)],
    ),
});
