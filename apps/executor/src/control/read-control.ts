import { ControlBody, HEADERS, ResolveBody } from '@action-do/contracts';
import { header } from '@action-do/messaging';
import type { BusContext } from '@action-do/messaging/nest';
import {
  bodyRefused,
  readJson,
  readRequester,
  readRequestId,
  readTenant,
  readWait,
} from '../bus/read-command.js';
import type { Requester } from '../execution/execution-record.js';
import type { Chance } from '../ports.js';
import type { ControlCommand } from './control-command.js';
import type { ResolveCommand } from './resolve-execution.js';

/** A cancel, retry or undo. @param requester as admitted; else the gateway says who it is  @throws MessageRefused */
export function readControl(
  payload: Uint8Array,
  context: BusContext,
  chance: Chance,
  requester: Requester = readRequester(context.headers),
): ControlCommand {
  const body = ControlBody.safeParse(readJson(payload));
  if (!body.success) throw bodyRefused(body.error.issues);
  return { ...body.data, ...callOf(context, chance), requester };
}

/** As `readControl`, with what was found out. @throws MessageRefused */
export function readResolve(
  payload: Uint8Array,
  context: BusContext,
  chance: Chance,
  requester: Requester = readRequester(context.headers),
): ResolveCommand {
  const body = ResolveBody.safeParse(readJson(payload));
  if (!body.success) throw bodyRefused(body.error.issues);
  const { evidence, ...given } = body.data;
  return { ...given, evidence, ...callOf(context, chance), requester };
}

const callOf = ({ headers, tokens }: BusContext, chance: Chance) => ({
  tenant: readTenant(tokens[0]),
  requestId: readRequestId(header(headers, HEADERS.requestId)) ?? chance.uuid(),
  waitMs: readWait(headers),
});
