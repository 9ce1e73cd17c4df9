import { writeFileSync } from 'node:fs';
import { hostileBus } from './bus/bus-mode.js';
import { duplicates } from './duplicates/duplicates-mode.js';
import { eventLog } from './event-log/event-log-mode.js';
import { nats } from './faults/nats-mode.js';
import { worker } from './faults/worker-mode.js';
import { fleetModes } from './fleet/modes.js';
import { hostile } from './hostile/hostile-mode.js';
import { standaloneKill } from './kill/kill-mode.js';
import { log } from './log-mode.js';
import { memory } from './memory/memory-mode.js';
import { projector } from './projector/projector-mode.js';
import { reportTable } from './report-table.js';
import { services } from './services/services-mode.js';
import { start } from './start-mode.js';
import { readTortureArguments, type TortureArguments } from './torture-arguments.js';
import { amountOf, type TortureMode } from './torture-mode.js';

const MODES: Readonly<Record<string, TortureMode>> = {
  ...fleetModes,
  'standalone-kill': standaloneKill,
  duplicates,
  hostile,
  'hostile-bus': hostileBus,
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
const NAME_WIDTH = Math.max(...names.map(({ length }) => length));

async function torture(asked: TortureArguments): Promise<number> {
  const { mode: name, seed, json, log } = asked;
  const mode = MODES[name];
  if (mode === undefined) throw new Error(`there is no mode ${name}`);
  const { rounds, actions, minutes } = amountOf(asked, mode);
  const amount = [
    rounds > 0 && `${rounds} ${mode.unit}`,
    actions > 0 && `${actions} actions`,
    minutes !== undefined && `${minutes} minutes`,
  ];
  console.log(`torture ${name}: ${mode.about}; ${amount.filter(Boolean).join(', ')}, --seed ${seed}`);
  const say = (line: string): void => console.log(`  ${line}`);
  const report = await mode.run({ seed, rounds, actions, minutes, log, say });
  console.log(reportTable(name, seed, report));
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ mode: name, seed, rounds, ...report }, null, 2)}\n`);
  return report.violations.length === 0 ? 0 : 1;
}

/** What the user asked for; with words of what can be asked for, and exit code 2, where that cannot be read. */
function readOrExplain(args: readonly string[]): TortureArguments {
  try {
    const asked = readTortureArguments(args, names);
    if (MODES[asked.mode]?.minutesDefault === undefined && (asked.actions ?? asked.minutes ?? asked.log))
      throw new Error(`${asked.mode} is bounded by --rounds alone, and keeps no --log`);
    return asked;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    for (const [name, { about, unit, roundsDefault, minutesDefault }] of Object.entries(MODES)) {
      const amount = roundsDefault === undefined ? `minutes ${minutesDefault}` : `rounds ${roundsDefault}`;
      console.error(`  ${name.padEnd(NAME_WIDTH)}  ${about} (--${amount}; --rounds counts ${unit})`);
    }
    process.exit(2);
  }
}

// By way of an orderly exit, which ends the platform too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

process.exitCode = await torture(readOrExplain(process.argv.slice(2)));
