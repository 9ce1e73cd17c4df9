import type { BusAnswer, BusContext } from '@action-do/messaging/nest';
import { encodeAnswer, encodeProblem } from '../execution/encode-answer.js';
import type { ExecuteCommand } from '../execution/execute-command.js';
import { toExecution } from '../execution/execution-view.js';
import { noSuchExecution } from '../execution/find-execution.handler.js';
import type { Executor } from '../executor.js';
import { readCursor, readExecutionId, readTenant, readWait } from './read-command.js';

const encoder = new TextEncoder();
export const json = (value: object): BusAnswer => ({ payload: encoder.encode(JSON.stringify(value)) });

/** Answers about executions, the same for gateways and for clients on the bus: bytes in, bytes out. */

export async function answerExecute(executor: Executor, command: ExecuteCommand): Promise<BusAnswer> {
  const { clock, log, executeAction } = executor;
  return encodeAnswer(await executeAction.execute(command), log.logId, clock.nowMs());
}

export async function answerAttach(
  { clock, log, findExecution }: Executor,
  payload: Uint8Array,
  { tokens, headers }: BusContext,
): Promise<BusAnswer> {
  const answer = await findExecution.attach(
    readTenant(tokens[0]),
    readExecutionId(payload),
    readWait(headers),
  );
  return encodeAnswer(answer, log.logId, clock.nowMs());
}

export async function answerGet(
  { log, findExecution }: Executor,
  payload: Uint8Array,
  { tokens }: BusContext,
): Promise<BusAnswer> {
  const loaded = await findExecution.find(readTenant(tokens[0]), readExecutionId(payload));
  const generation = loaded?.state.generation;
  if (!loaded || !generation) return encodeProblem(noSuchExecution(), 'rejected', {});
  const execution = toExecution(loaded, generation, log.logId, false);
  return json(generation.outcome?.ok ? { result: generation.outcome.result, execution } : { execution });
}

export async function answerEvents(
  { findExecution }: Executor,
  payload: Uint8Array,
  { tokens }: BusContext,
): Promise<BusAnswer> {
  const id = readExecutionId(payload);
  const page = await findExecution.events(readTenant(tokens[0]), id, readCursor(payload));
  return page === null ? encodeProblem(noSuchExecution(), 'rejected', {}) : json(page);
}
