import { writeFileSync } from 'node:fs';
import { type BenchArguments, readBenchArguments, USAGE } from './bench-arguments.js';
import { figureTable } from './figure-table.js';
import { profileText } from './profile-text.js';
import { runBench } from './run-bench.js';

function readOrExplain(args: readonly string[]): BenchArguments {
  try {
    return readBenchArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(USAGE);
    process.exit(2);
  }
}

// By way of an orderly exit, which ends what was started too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = readOrExplain(process.argv.slice(2));
const report = await runBench(wanted, (line) => console.error(line));
console.log(figureTable(report.figures));
for (const { file, times } of report.profiles) console.log(profileText(file, times));
if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
