import { readBenchArguments, USAGE } from './bench-arguments.js';
import { benchMain } from './bench-main.js';
import { figureTable } from './figure-table.js';
import { profileText } from './profile-text.js';
import { runBench } from './run-bench.js';

await benchMain({
  usage: USAGE,
  read: readBenchArguments,
  run: runBench,
  text: ({ figures, profiles }) =>
    [figureTable(figures), ...profiles.map(({ file, times }) => profileText(file, times))].join('\n'),
});
