import { readArguments, type SimulationArguments } from './arguments.js';
import { liveSeed } from './run/live-seed.js';
import { bites, simulate } from './run/simulate.js';
import { tellAll, tellBroken } from './run/tell.js';

function readOrExplain(args: readonly string[]): SimulationArguments {
  try {
    return readArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    console.error('npm run simulate -- [--seeds N] [--seed S] [--until TEXT]');
    process.exit(2);
  }
}

const { seeds, seed, tellsStory, until } = readOrExplain(process.argv.slice(2));
// Conflicts and refusals are thrown by the thousand; nobody looks at where, but in the one run that is looked into.
if (!tellsStory) Error.stackTraceLimit = 0;
console.log(`from seed ${seed}`);
let current = seed;
// Of a promise that nobody waits for: it would end the process, and the seed with it.
process.on('unhandledRejection', (reason) => {
  console.log(`seed ${current} breaks what is promised (npm run simulate -- --seed ${current}):`);
  console.log(`  our bug: a rejection that nobody handles: ${reason}`);
  if (tellsStory) console.log(reason);
  process.exit(1);
});
if (tellsStory) console.log((await liveSeed(seed)).story.join('\n'));
const begins = (next: number): void => {
  current = next;
};
const simulated = await simulate(seed, seeds, { until, begins });
if (simulated.broken) console.log(`${tellBroken(simulated.broken)}\n`);
console.log(tellAll(simulated, seed));
const blind = bites(simulated);
for (const { invariant, what } of blind) console.log(`${invariant}: ${what}`);
process.exitCode = simulated.broken || blind.length > 0 ? 1 : 0;
