import { writeFileSync } from 'node:fs';
import { percentile } from '../percentile.js';
import { textTable } from '../text-table.js';
import { runTakeoverBench } from './run-takeover-bench.js';
import { readTakeoverArguments, type TakeoverArguments, USAGE } from './takeover-arguments.js';

function readOrExplain(args: readonly string[]): TakeoverArguments {
  try {
    return readTakeoverArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(USAGE);
    process.exit(2);
  }
}

// By way of an orderly exit, which ends what was started too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = readOrExplain(process.argv.slice(2));
const report = await runTakeoverBench(wanted, (line) => console.error(line));
const row = (name: string, values: readonly number[]): string[] => {
  const at = (share: number) => String(percentile([...values], share));
  return [name, String(values.length), at(0.5), at(0.9), at(0.99), String(Math.max(...values))];
};
console.log(
  textTable(
    ['ms until the first takeover begins', 'times', 'p50', 'p90', 'p99', 'max'],
    [
      row(`kill -9, lease ${report.leaseMs} ms`, report.afterKill),
      row('stopped with an attempt left', report.afterStop),
    ],
  ),
);
if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
