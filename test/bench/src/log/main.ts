import { writeFileSync } from 'node:fs';
import { type LogArguments, readLogArguments, USAGE } from './log-arguments.js';
import { logTable } from './log-table.js';
import { runLogBench } from './run-log-bench.js';

function readOrExplain(args: readonly string[]): LogArguments {
  try {
    return readLogArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(USAGE);
    process.exit(2);
  }
}

// By way of an orderly exit, which ends what was started too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = readOrExplain(process.argv.slice(2));
const report = await runLogBench(wanted, (line) => console.error(line));
console.log(logTable(report));
if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
