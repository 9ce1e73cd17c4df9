import { benchMain } from '../bench-main.js';
import { readLogArguments, USAGE } from './log-arguments.js';
import { logTable } from './log-table.js';
import { runLogBench } from './run-log-bench.js';

await benchMain({ usage: USAGE, read: readLogArguments, run: runLogBench, text: logTable });
