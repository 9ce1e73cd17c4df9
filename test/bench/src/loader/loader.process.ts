import type { LoadPlan } from './load-plan.js';
import { runLoad } from './run-load.js';

/** The second process: does what it is told and says what came of it, until its parent is gone. */
process.on('message', (plan: LoadPlan) => {
  void runLoad(plan).then((result) => process.send?.(result));
});
process.once('disconnect', () => process.exit(0));
