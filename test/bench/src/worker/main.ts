import { benchMain } from '../bench-main.js';
import { runWorkerBench } from './run-worker-bench.js';
import { readWorkerArguments, USAGE } from './worker-arguments.js';
import { workerTable } from './worker-table.js';

await benchMain({ usage: USAGE, read: readWorkerArguments, run: runWorkerBench, text: workerTable });
