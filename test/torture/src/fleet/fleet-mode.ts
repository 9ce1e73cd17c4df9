import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordedEvent } from '@action-do/event-store';
import { foldLog } from '../history/fold-log.js';
import type { History, Violation } from '../history/history.js';
import { recordedActions } from '../recorded-actions.js';
import type { TortureMode, TortureOptions, TortureReport } from '../torture-mode.js';
import type { FleetModeName } from './fault-plan.js';
import { Fleet } from './fleet.js';
import { FleetRun } from './fleet-run.js';
import { Journal } from './journal.js';
import { countViolations, judge } from './judge.js';
import { readViews } from './read-views.js';
import { tellSlowest, tellStories } from './stories.js';

const CALLERS = 64;
const LEASE_MS = 2_000;
const MINUTES = 5;

/** Beside other work all processes of a takeover wait for a core, one after the other. Milliseconds. */
const LATE_AMONG_OTHERS_MS = 3_000;

/**
 * Two of each service, an event log and two workers under load, and faults of one kind, or of all.
 * @param amongOthers the machine does other work, as a test run does: takeovers may be late
 */
export const fleetMode = (
  mode: FleetModeName,
  about: string,
  unit: string,
  amongOthers = false,
): TortureMode => ({
  about,
  unit,
  minutesDefault: MINUTES,
  run: async (options) => {
    const fleet = new Fleet();
    try {
      await fleet.start(LEASE_MS);
      return await runOn(fleet, mode, amongOthers ? LATE_AMONG_OTHERS_MS : 0, options);
    } finally {
      await fleet.end();
    }
  },
});

async function runOn(
  fleet: Fleet,
  mode: FleetModeName,
  lateMs: number,
  options: TortureOptions,
): Promise<TortureReport> {
  const { seed, rounds, actions = 0, minutes, say, log } = options;
  const journal = new Journal(log ?? join(tmpdir(), `action-do-torture-${mode}-${seed}.jsonl`), {
    mode,
    seed,
  });
  const begunMs = performance.now();
  const bounds = { faults: rounds, actions, minutes };
  const run = new FleetRun({ mode, seed, callers: CALLERS, leaseMs: LEASE_MS, bounds, say }, fleet, journal);
  await run.run();
  const unclean = await stopped(fleet);
  const recorded: RecordedEvent[] = [];
  for await (const event of recordedActions(fleet.logFolder)) recorded.push(event);
  const history: History = {
    calls: run.callers.calls,
    handlerCalls: fleet.effects.readCalls(),
    given: fleet.effects.readGiven(),
    effects: fleet.effects.readEffects(),
    probes: fleet.effects.readProbes(),
    generations: await foldLog(recorded),
    faults: run.faults,
    views: await readViews(fleet.viewsUrl),
  };
  const judged = judge(history, recorded, { mode, leaseMs: LEASE_MS, lateMs });
  const violations = [...run.violations, ...unclean, ...judged.violations];
  tellStories(judged.violations, history, journal);
  tellSlowest(history, LEASE_MS, journal);
  const figures = {
    ...judged.figures,
    ...countViolations(violations),
    'concurrent callers': CALLERS,
    'seconds in all': Math.round((performance.now() - begunMs) / 1_000),
    'each fault and violation': journal.file,
  };
  journal.note('end', figures);
  return {
    figures,
    violations: violations.map(({ kind, work, what }) => [kind, work, what].filter(Boolean).join(' ')),
  };
}

/** The last stop is one in order, too. */
async function stopped(fleet: Fleet): Promise<Violation[]> {
  try {
    await fleet.stop();
    return [];
  } catch (error) {
    return [{ kind: 'failed', work: '', what: `the last stop: ${error}` }];
  }
}
