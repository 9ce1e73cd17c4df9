import { randomUUID } from 'node:crypto';
import type { EventStore } from '@action-do/event-store';
import { type LoopFigures, type LoopPlan, runClosedLoop } from '../closed-loop.js';
import { someEvent } from './some-event.js';

/** Each append begins a stream of its own with one event. */
export const measureAppends = (store: EventStore, plan: LoopPlan): Promise<LoopFigures> =>
  runClosedLoop(plan, async () => {
    await store.append(`bench-${randomUUID()}`, [someEvent()], 'no-stream');
  });
