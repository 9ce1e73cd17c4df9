import { writeFileSync } from 'node:fs';
import { duplicates } from './duplicates/duplicates-mode.js';
import { hostile } from './hostile/hostile-mode.js';
import { kill } from './kill/kill-mode.js';
import { log } from './log-mode.js';
import { memory } from './memory/memory-mode.js';
import { reportTable } from './report-table.js';
import { start } from './start-mode.js';
import { readTortureArguments } from './torture-arguments.js';
import type { TortureMode } from './torture-mode.js';

const MODES: Readonly<Record<string, TortureMode>> = { kill, duplicates, hostile, memory, log, start };

async function torture(args: readonly string[]): Promise<number> {
  const { mode: name, rounds: asked, seed, json } = readTortureArguments(args, Object.keys(MODES));
  const mode = MODES[name];
  if (mode === undefined) throw new Error(`there is no mode ${name}`);
  const rounds = asked ?? mode.roundsDefault;
  console.log(`torture ${name}: ${mode.about}; ${rounds} ${mode.unit}, --seed ${seed}`);
  const report = await mode.run({ seed, rounds, say: (line) => console.log(`  ${line}`) });
  console.log(reportTable(name, seed, report));
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ mode: name, seed, rounds, ...report }, null, 2)}\n`);
  return report.violations.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await torture(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
