import {
  type Bus,
  BusClosed,
  BusInterrupted,
  type BusReply,
  BusTimeout,
  BusUnreachable,
  NoResponder,
  type RequestOptions,
} from '@action-do/messaging';
import { Asker, type Question } from './asker.js';
import type { Clock } from './clock.js';

const ERRORS = {
  NO_RESPONDER: new NoResponder('s'),
  BUS_UNREACHABLE: new BusUnreachable('s'),
  BUS_TIMEOUT: new BusTimeout('s', 1),
  BUS_INTERRUPTED: new BusInterrupted('s'),
  BUS_CLOSED: new BusClosed(),
};
export type Step = 'answer' | keyof typeof ERRORS;

const reply: BusReply = { payload: new Uint8Array([1]), headers: {} };
export const question: Question = {
  subject: 'do.v1.gw.t.action.a.execute',
  payload: new Uint8Array([7]),
  headers: { 'Do-Request-Id': 'r1', 'Idempotency-Key': '"k"', 'Do-Timeout-Ms': '20000' },
  waitMs: 20_000,
  graceMs: 5_000,
  patienceMs: 2_000,
  afterLoss: 'look',
};

/** A bus that does what the script says, its last line for ever, on a clock that runs only while somebody waits. */
export function scripted(script: readonly Step[], interruptedAfterMs = 0) {
  let now = 1_000;
  const advance = async (ms: number): Promise<void> => {
    now += ms;
  };
  const clock: Clock = { nowMs: () => now, pause: advance, after: () => () => {} };
  const tries: { atMs: number; timeoutMs: number; headers: object; payload: Uint8Array }[] = [];
  const request = async (
    _subject: string,
    payload: Uint8Array,
    { headers = {}, timeoutMs }: RequestOptions,
  ) => {
    const step =
      script[Math.min(tries.push({ atMs: now - 1_000, timeoutMs, headers, payload }), script.length) - 1];
    if (step === 'answer' || step === undefined) return reply;
    if (step === 'BUS_TIMEOUT') now += timeoutMs;
    if (step === 'BUS_INTERRUPTED') now += Math.min(interruptedAfterMs, timeoutMs);
    throw ERRORS[step];
  };
  const bus: Pick<Bus, 'request'> = { request };
  const ask = (given: Partial<Question> = {}) =>
    new Asker(bus as Bus, clock).ask({ ...question, ...given }).then(
      () => 'answered' as const,
      (error: unknown) => error,
    );
  return { tries, ask, elapsedMs: () => now - 1_000 };
}
