import { writeFileSync } from 'node:fs';
import { bus } from './bus/bus-mode.js';
import { duplicates } from './duplicates/duplicates-mode.js';
import { eventLog } from './event-log/event-log-mode.js';
import { nats } from './faults/nats-mode.js';
import { worker } from './faults/worker-mode.js';
import { hostile } from './hostile/hostile-mode.js';
import { kill } from './kill/kill-mode.js';
import { log } from './log-mode.js';
import { memory } from './memory/memory-mode.js';
import { projector } from './projector/projector-mode.js';
import { reportTable } from './report-table.js';
import { services } from './services/services-mode.js';
import { start } from './start-mode.js';
import { readTortureArguments, type TortureArguments } from './torture-arguments.js';
import type { TortureMode } from './torture-mode.js';

const MODES: Readonly<Record<string, TortureMode>> = {
  kill,
  duplicates,
  hostile,
  bus,
  nats,
  worker,
  memory,
  log,
  projector,
  'event-log': eventLog,
  services,
  start,
};

const names = Object.keys(MODES);

async function torture({ mode: name, rounds: asked, seed, json }: TortureArguments): Promise<number> {
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

/** What the user asked for; with words of what can be asked for, and exit code 2, where that cannot be read. */
function readOrExplain(args: readonly string[]): TortureArguments {
  try {
    return readTortureArguments(args, names);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    for (const [name, { about, unit, roundsDefault }] of Object.entries(MODES))
      console.error(`  ${name.padEnd(10)}  ${about} (--rounds ${roundsDefault} ${unit})`);
    process.exit(2);
  }
}

// By way of an orderly exit, which ends the platform too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await torture(readOrExplain(process.argv.slice(2)));
