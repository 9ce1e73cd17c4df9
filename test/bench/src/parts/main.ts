import { benchMain } from '../bench-main.js';
import { readPartsArguments, USAGE } from './parts-arguments.js';
import { partsTable } from './parts-table.js';
import { runPartsBench } from './run-parts-bench.js';

await benchMain({ usage: USAGE, read: readPartsArguments, run: runPartsBench, text: partsTable });
