import { benchMain } from '../bench-main.js';
import { profileText } from '../profile-text.js';
import { runViewsBench } from './run-views-bench.js';
import { readViewsArguments, USAGE } from './views-arguments.js';
import { viewsTable } from './views-table.js';

await benchMain({
  usage: USAGE,
  read: readViewsArguments,
  run: runViewsBench,
  text: ({ engines, profiles }) =>
    [viewsTable(engines), ...profiles.map(({ file, times }) => profileText(file, times))].join('\n'),
});
