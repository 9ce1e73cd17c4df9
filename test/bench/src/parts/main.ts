import { writeFileSync } from 'node:fs';
import { type PartsArguments, readPartsArguments, USAGE } from './parts-arguments.js';
import { partsTable } from './parts-table.js';
import { runPartsBench } from './run-parts-bench.js';

function readOrExplain(args: readonly string[]): PartsArguments {
  try {
    return readPartsArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(USAGE);
    process.exit(2);
  }
}

// By way of an orderly exit, which ends what was started too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = readOrExplain(process.argv.slice(2));
const report = await runPartsBench(wanted, (line) => console.error(line));
console.log(partsTable(report));
if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
