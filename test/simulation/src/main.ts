import { readArguments, type SimulationArguments } from './arguments.js';
import { liveSeed } from './run/live-seed.js';
import { bites, simulate } from './run/simulate.js';
import { tellAll, tellBroken } from './run/tell.js';

// Conflicts and refusals are thrown by the thousand; nobody looks at where.
Error.stackTraceLimit = 0;

function readOrExplain(args: readonly string[]): SimulationArguments {
  try {
    return readArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error('npm run simulate -- [--seeds N] [--seed S]');
    process.exit(2);
  }
}

const { seeds, seed, tellsStory } = readOrExplain(process.argv.slice(2));
if (tellsStory) console.log((await liveSeed(seed)).story.join('\n'));
const simulated = await simulate(seed, seeds);
if (simulated.broken) console.log(`${tellBroken(simulated.broken)}\n`);
console.log(tellAll(simulated, seed));
const blind = bites(simulated);
for (const { invariant, what } of blind) console.log(`${invariant}: ${what}`);
process.exitCode = simulated.broken || blind.length > 0 ? 1 : 0;
