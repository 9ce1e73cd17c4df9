import { startNatsServer } from '@action-do/test-support';
import { type LoopFigures, WARM_UP_MS } from '../closed-loop.js';
import { processCpuUs } from '../process-cpu.js';
import { startChild } from '../started-child.js';
import { inProcessOfItsOwn } from '../views/bench-process.js';

/** CPU microseconds of a request and its answer, by process. */
export interface BusFigures {
  readonly requester: number;
  readonly server: number;
  readonly responder: number;
}

/** Requests of an execution's size over a server of its own, between two processes that do nothing else. */
export async function measureBus(concurrency: number, seconds: number): Promise<BusFigures> {
  const nats = await startNatsServer();
  try {
    const responder = await startChild<string>(new URL('responder.process.ts', import.meta.url), [nats.url]);
    try {
      const before = { server: processCpuUs(nats.pid), responder: processCpuUs(responder.pid) };
      const { cpuUs, perSecond } = await inProcessOfItsOwn<LoopFigures>('../parts/requester.process.ts', [
        nats.url,
        String(concurrency),
        String(seconds * 1_000),
      ]);
      // The warm-up costs them the same, and goes before what is counted.
      const counted = seconds / (seconds + WARM_UP_MS / 1_000) / (perSecond * seconds);
      return {
        requester: cpuUs,
        server: (processCpuUs(nats.pid) - before.server) * counted,
        responder: (processCpuUs(responder.pid) - before.responder) * counted,
      };
    } finally {
      await responder.end();
    }
  } finally {
    await nats.stop();
  }
}
