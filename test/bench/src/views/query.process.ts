/** Opens views that are there, and asks them. Arguments: address, tenant, how often each query is asked. */
import { createHistogram } from 'node:perf_hooks';
import { ExecutionsQuery, TenantName } from '@action-do/contracts';
import { seededRandom } from '@action-do/test-support';
import { openViewsReader, openViewsWriter } from '@action-do/views';
import { SEEDED_FROM_MS } from '../seed/seed-log.js';
import { type KnownExecution, namedQueries } from './named-queries.js';
import type { Asked, Opened } from './views-report.js';

const NS_PER_MS = 1_000_000;
const KNOWN = 2_000;
/** Of a page, so that they come from many. */
const KEPT_ONE_IN = 10;
const PAGE = 500;

const [url = '', tenantName = '', times = ''] = process.argv.slice(2);
const tenant = TenantName.parse(tenantName);
const random = seededRandom(7);

const openedMs = performance.now();
const reader = await openViewsReader({ url });
const { rows: newest } = await reader.executions(tenant, ExecutionsQuery.parse({}));
const readerMs = performance.now() - openedMs;
const opened: Opened = { readerMs, writerMs: await timeToOpenWriter() };

const endMs = newest[0]?.requestedAtMs ?? 0;
const queries = namedQueries(reader, tenant, random, await someExecutions(), endMs);
const asked: Asked[] = [];
for (const { name, ask } of queries) {
  const latency = createHistogram();
  let rows = 0;
  for (let time = 0; time < Number(times); time += 1) {
    const startedNs = process.hrtime.bigint();
    rows += await ask();
    latency.record(process.hrtime.bigint() - startedNs);
  }
  asked.push({
    query: name,
    rowsMean: rows / Number(times),
    p50Ms: latency.percentile(50) / NS_PER_MS,
    p99Ms: latency.percentile(99) / NS_PER_MS,
    maxMs: latency.max / NS_PER_MS,
  });
}
await reader.close();
process.send?.({ opened, asked });
process.disconnect();

async function timeToOpenWriter(): Promise<number> {
  const startedMs = performance.now();
  const writer = await openViewsWriter({ url });
  await writer.checkpoint();
  const took = performance.now() - startedMs;
  await writer.close();
  return took;
}

/** Of executions anywhere in the list: pages from its beginning would all lie in the cache. */
async function someExecutions(): Promise<KnownExecution[]> {
  const known: KnownExecution[] = [];
  for (let page = 0; known.length < KNOWN && page < 200; page += 1) {
    const until = new Date(SEEDED_FROM_MS + random() * (endMs - SEEDED_FROM_MS)).toISOString();
    const { rows } = await reader.executions(tenant, ExecutionsQuery.parse({ until, limit: PAGE }));
    for (const { idempotencyKey, params } of rows)
      if (random() < 1 / KEPT_ONE_IN)
        known.push({ key: idempotencyKey, customer: JSON.parse(params).customer.id });
  }
  return known;
}
