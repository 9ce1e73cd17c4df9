import { parseArgs } from 'node:util';
import { TenantName } from '@action-do/contracts';
import { seedLog } from './seed-log.js';

/** `npm run seed-log -- --folder DIR [--events 1000000] [--seed 1] [--tenant default]` */
const { values } = parseArgs({
  options: {
    folder: { type: 'string' },
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    tenant: { type: 'string', default: 'default' },
  },
});
if (values.folder === undefined || !/^\d{1,9}$/.test(values.events) || !/^\d{1,9}$/.test(values.seed)) {
  console.error('npm run seed-log -- --folder DIR [--events 1000000] [--seed 1] [--tenant default]');
  process.exit(2);
}
const startedMs = performance.now();
const written = await seedLog({
  folder: values.folder,
  events: Number(values.events),
  seed: Number(values.seed),
  tenant: TenantName.parse(values.tenant),
  say: (line) => console.error(line),
});
console.error(
  `${written} events in ${((performance.now() - startedMs) / 1_000).toFixed(1)} s: ${values.folder}`,
);
