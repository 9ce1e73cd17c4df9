import type { BusAnswer } from '@action-do/messaging/nest';
import { encodeAnswer } from '../execution/encode-answer.js';
import type { Executor } from '../executor.js';
import type { ControlCommand } from './control-command.js';
import { encodeControl } from './encode-control.js';
import type { ResolveCommand } from './resolve-execution.js';

/** Answers to operators, the same for gateways and for clients on the bus. */

export async function answerCancel(
  { control, log, clock }: Executor,
  command: ControlCommand,
): Promise<BusAnswer> {
  return encodeControl('cancel', await control.cancel.cancel(command), log.logId, clock.nowMs());
}

/** As for a call: it is one. */
export async function answerRetry(
  { control, log, clock }: Executor,
  command: ControlCommand,
): Promise<BusAnswer> {
  return encodeAnswer(await control.retry.retry(command), log.logId, clock.nowMs());
}

export async function answerResolve(
  { control, log, clock }: Executor,
  command: ResolveCommand,
): Promise<BusAnswer> {
  return encodeControl('resolve', await control.resolve.resolve(command), log.logId, clock.nowMs());
}

export async function answerUndo(
  { control, log, clock }: Executor,
  command: ControlCommand,
): Promise<BusAnswer> {
  return encodeControl('undo', await control.undo.undo(command), log.logId, clock.nowMs());
}
