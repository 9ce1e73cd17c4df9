import { DescribeQuestion, PresenceQuestion, RegisterCommand, RetireCommand } from '@action-do/contracts';
import type { BusAnswer, BusContext } from '@action-do/messaging/nest';
import type { z } from 'zod';
import { json } from '../bus/execution-answers.js';
import { bodyRefused, readJson, readTenant } from '../bus/read-command.js';
import { encodeProblem } from '../execution/encode-answer.js';
import type { Requester } from '../execution/execution-record.js';
import type { Executor } from '../executor.js';

const [OfWorker, OfPerson] = RegisterCommand.options;

/** Answers about the registry, the same for gateways and for clients on the bus: bytes in, bytes out. */

export async function answerRegister(
  { registerAction }: Executor,
  payload: Uint8Array,
  { tokens }: BusContext,
  requester: Requester,
): Promise<BusAnswer> {
  const body = readJson(payload);
  const tenant = readTenant(tokens[0]);
  // One of the two by what it holds, so that what is wrong in it can be named.
  const isOfPerson = typeof body === 'object' && body !== null && 'document' in body;
  const registration = isOfPerson
    ? await registerAction.registerDocument(tenant, parsed(OfPerson, body).document, requester)
    : await registerAction.register(tenant, parsed(OfWorker, body).contract, requester);
  if (!registration.ok) return encodeProblem(registration.problem, 'rejected', {});
  return json(registration.answer);
}

export async function answerRetire(
  { retireAction }: Executor,
  payload: Uint8Array,
  { tokens }: BusContext,
  requester: Requester,
): Promise<BusAnswer> {
  const command = parsed(RetireCommand, readJson(payload));
  const retirement = await retireAction.retire(readTenant(tokens[0]), command, requester);
  if (!retirement.ok) return encodeProblem(retirement.problem, 'rejected', {});
  return json(retirement.answer);
}

export async function answerDescribe(
  { describeAction }: Executor,
  payload: Uint8Array,
  { tokens }: BusContext,
): Promise<BusAnswer> {
  const { name } = parsed(DescribeQuestion, readJson(payload));
  const description = await describeAction.describe(readTenant(tokens[0]), name);
  if (!description.ok) return encodeProblem(description.problem, 'rejected', {});
  return json({ action: description.action });
}

export async function answerPresence(
  { findHandlers }: Executor,
  payload: Uint8Array,
  { tokens }: BusContext,
): Promise<BusAnswer> {
  const { versions } = parsed(PresenceQuestion, readJson(payload));
  return json({ handlers: await findHandlers.find(readTenant(tokens[0]), versions) });
}

/** @throws MessageRefused */
function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (!read.success) throw bodyRefused(read.error.issues);
  return read.data;
}
