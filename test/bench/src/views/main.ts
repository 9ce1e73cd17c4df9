import { writeFileSync } from 'node:fs';
import { profileText } from '../profile-text.js';
import { runViewsBench } from './run-views-bench.js';
import { readViewsArguments, USAGE, type ViewsArguments } from './views-arguments.js';
import { viewsTable } from './views-table.js';

function readOrExplain(args: readonly string[]): ViewsArguments {
  try {
    return readViewsArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error(USAGE);
    process.exit(2);
  }
}

// By way of an orderly exit, which ends what was started too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const wanted = readOrExplain(process.argv.slice(2));
const report = await runViewsBench(wanted, (line) => console.error(line));
console.log(viewsTable(report.engines));
for (const { file, times } of report.profiles) console.log(profileText(file, times));
if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
