import { createHistogram } from 'node:perf_hooks';
import { Client } from 'undici';
import type { LoadPlan, LoadResult } from './load-plan.js';

const NS_PER_US = 1_000;

/** Closed loop: `concurrency` connections, each with one request in flight until the time is over. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const clients = Array.from(
    { length: plan.concurrency },
    () => new Client(plan.url, { pipelining: 1, bodyTimeout: 60_000, headersTimeout: 60_000 }),
  );
  const latency = createHistogram();
  const others: Record<string, number> = {};
  let number = plan.firstNumber;
  let requests = 0;
  const startedMs = performance.now();
  const endsAtMs = startedMs + plan.durationMs;
  const loop = async (client: Client): Promise<void> => {
    while (performance.now() < endsAtMs) {
      const sentNs = process.hrtime.bigint();
      const status = await send(client, plan, number++);
      latency.record(process.hrtime.bigint() - sentNs);
      requests += 1;
      if (status !== 200) others[status] = (others[status] ?? 0) + 1;
    }
  };
  await Promise.all(clients.map(loop));
  const elapsedMs = performance.now() - startedMs;
  await Promise.all(clients.map((client) => client.close()));
  return {
    requests,
    others,
    elapsedMs,
    p50Us: Math.round(latency.percentile(50) / NS_PER_US),
    p99Us: Math.round(latency.percentile(99) / NS_PER_US),
    nextNumber: number,
  };
}

/** @returns the status, 0 where no answer came. The body is read to its end and dropped. */
function send(client: Client, { path, headers, body }: LoadPlan, number: number): Promise<number> {
  return new Promise((resolve) => {
    let status = 0;
    client.dispatch(
      { path, method: 'POST', headers, body: `${body[0]}${number}${body[1]}` },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => resolve(status),
        onResponseError: () => resolve(0),
      },
    );
  });
}
